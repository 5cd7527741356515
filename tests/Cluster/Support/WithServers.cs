namespace Seal.Cluster.Tests.Support;

/// <summary>A pair of servers that tests share; not started where they are not installed.</summary>
public sealed class SharedServers : Servers, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Tools.Missing is null ? Start() : Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}

/// <summary>Tests that kill their servers: one after another.</summary>
[CollectionDefinition(Name)]
public sealed class WithServers : ICollectionFixture<SharedServers>
{
    public const string Name = "with servers";
}

/// <summary>Tests of what befalls silos, with servers that nobody kills. Each test has a cluster and a container of its own.</summary>
[CollectionDefinition(Name)]
public sealed class WithSilos : ICollectionFixture<SharedServers>
{
    public const string Name = "with silos";
}

/// <summary>Tests of what a cluster does when nobody harms it, the same way.</summary>
[CollectionDefinition(Name)]
public sealed class WithQuietServers : ICollectionFixture<SharedServers>
{
    public const string Name = "with quiet servers";
}

/// <summary>Tests that change the variables of this process, which processes that others start would inherit.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
