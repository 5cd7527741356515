using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Seal.Silo.Security;

/// <summary>The token of a host: whoever can read the store's folder may steer it, nobody else on the machine.</summary>
public sealed record HostToken(string Value)
{
    internal const string Key = "seal-token";

    public bool Matches(string? candidate) =>
        candidate is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), Encoding.UTF8.GetBytes(Value));
}

/// <summary>Puts the token on every call that leaves.</summary>
public sealed class SendToken(HostToken token) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        RequestContext.Set(HostToken.Key, token.Value);
        return context.Invoke();
    }
}

/// <summary>Refuses calls to the grid's grains that come without it.</summary>
public sealed class DemandToken(HostToken token) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        var ours = context.InterfaceMethod.DeclaringType?.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false;
        if (ours && !token.Matches(RequestContext.Get(HostToken.Key) as string))
        {
            throw new UnauthorizedAccessException("This host takes calls only with the token from its store's host.json.");
        }

        return context.Invoke();
    }
}
