using Orleans.Runtime;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Hosting;

/// <summary>Refuses calls of a build that speaks other messages, or that names none.</summary>
public sealed class DemandVersion : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        // The caller is named for the refusal alone: this runs at every call.
        if (
            CallVersion.IsOurs(context.InterfaceMethod.DeclaringType)
            && RequestContext.Get(CallVersion.Key) as string is var named
            && named != CallVersion.Own
            && CallVersion.Refusal(NameRules.Shown(context.SourceId?.ToString() ?? "nobody"), named) is { } refusal
        )
        {
            throw new NotSupportedException(refusal);
        }

        return context.Invoke();
    }
}
