using Orleans.Runtime;
using Seal.Core.Versions;

namespace Seal.Grains.Abstractions;

/// <summary>Names build and contract of the caller on every call of the grid's own.</summary>
public sealed class SendVersion : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (CallVersion.IsOurs(context.InterfaceMethod.DeclaringType))
        {
            RequestContext.Set(CallVersion.Key, CallVersion.Own);
        }

        return context.Invoke();
    }
}

/// <summary>How a call names its version: <c>contract build</c>.</summary>
public static class CallVersion
{
    public const string Key = "seal-version";

    public static string Own { get; } = $"{GridContract.Id} {SealBuild.Id}";

    /// <summary>Why a call cannot be taken, or null.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="named">The version on the call; null where there is none.</param>
    public static string? Refusal(string caller, string? named)
    {
        if (named == Own)
        {
            return null;
        }

        var parts = named?.Split(' ') ?? [];
        return GridContract.Refusal($"the caller {caller}", parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(0));
    }

    public static bool IsOurs(Type? contract) => contract?.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false;
}
