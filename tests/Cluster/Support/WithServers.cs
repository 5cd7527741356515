namespace Seal.Cluster.Tests.Support;

/// <summary>A pair of servers that tests share; not started where they are not installed.</summary>
public sealed class SharedServers : Servers, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Tools.Missing is null ? Start() : Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}

/// <summary>Tests of what befalls silos and servers: they run one after another and share a pair of servers, which some of them kill.</summary>
[CollectionDefinition(Name)]
public sealed class WithServers : ICollectionFixture<SharedServers>
{
    public const string Name = "with servers";
}

/// <summary>Tests that leave their servers in peace: beside the others, with a pair of their own. Most of the time both wait.</summary>
[CollectionDefinition(Name)]
public sealed class WithQuietServers : ICollectionFixture<SharedServers>
{
    public const string Name = "with quiet servers";
}
