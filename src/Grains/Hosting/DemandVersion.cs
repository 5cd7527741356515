using Orleans.Runtime;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Hosting;

/// <summary>Refuses calls of a build that speaks other messages, or that names none.</summary>
public sealed class DemandVersion : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (CallVersion.IsOurs(context.InterfaceMethod.DeclaringType)
            && CallVersion.Refusal(NameRules.Shown(context.SourceId?.ToString() ?? "nobody"), RequestContext.Get(CallVersion.Key) as string) is { } refusal)
        {
            throw new NotSupportedException(refusal);
        }

        return context.Invoke();
    }
}
