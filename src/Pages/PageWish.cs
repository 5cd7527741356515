using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Pages;

/// <summary>A button's wish, carried out. The one thing of a page that asks a grain.</summary>
public static class PageWish
{
    /// <returns>False where there is no such sweep.</returns>
    public static async Task<bool> Carry(ISweepGrain sweep, SweepMode mode)
    {
        if (await sweep.Control() is not { } control)
        {
            return false;
        }

        await sweep.Steer(new SteeringCommand(control.Revision + 1, Guid.NewGuid().ToString("n"), mode));
        return true;
    }
}
