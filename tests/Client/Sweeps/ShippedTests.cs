using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

public sealed class ShippedTests
{
    [Fact]
    public void Find_WhatTheConsoleCarries_IsThatWhereTheUserHasNone()
    {
        using var console = new TemporaryFolder();
        var carried = console.Write("sweeps/nobody-has-this.toml", "");
        console.Write("secrets/nobody-has-this.toml", "");

        Assert.Equal(carried, Shipped.Find("sweeps/nobody-has-this.toml", console.Path));
        Assert.Equal("sweeps/neither.toml", Shipped.Find("sweeps/neither.toml", console.Path));
        // Only the folders that are shipped, and nothing above them.
        Assert.Equal("secrets/nobody-has-this.toml", Shipped.Find("secrets/nobody-has-this.toml", console.Path));
        Assert.Equal("sweeps/../secrets/nobody-has-this.toml", Shipped.Find("sweeps/../secrets/nobody-has-this.toml", console.Path));
    }

    [Fact]
    public void Find_WhatTheUserHas_ComesFirst()
    {
        using var console = new TemporaryFolder();
        var own = Path.GetRelativePath(Directory.GetCurrentDirectory(), Places.TinySweep);
        console.Write(Path.GetFileName(own), "");

        Assert.Equal(own, Shipped.Find(own, console.Path));
        Assert.Equal(Places.TinySweep, Shipped.Find(Places.TinySweep, console.Path));
    }
}
