using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Pages;

/// <summary>A button's wish, carried out. The one thing of a page that asks a grain.</summary>
public static class PageWish
{
    /// <returns>Why it cannot be done, or null.</returns>
    public static async Task<string?> Carry(ISweepGrain sweep, SweepMode mode)
    {
        if (await sweep.Control() is not { } control)
        {
            return "There is no such sweep.";
        }

        await sweep.Steer(new SteeringCommand(control.Revision + 1, Guid.NewGuid().ToString("n"), mode));
        return null;
    }
}
