namespace Seal.Client.Demos;

/// <summary>What the demo is made from: a sweep and its finished trials as one file, both shipped with the project.</summary>
/// <param name="Sweep">The sweep file.</param>
/// <param name="Pack">The pack; empty where none is needed.</param>
internal sealed record DemoFiles(string Sweep, string Pack)
{
    private static readonly string SweepPath = Path.Combine("sweeps", "demo.toml");
    private static readonly string PackPath = Path.Combine("results", "demo", "demo.sealpack");

    /// <summary>The files of the project that the console is run in, or was built in, where the user names no others.</summary>
    /// <param name="sweep">As the user named it, or null.</param>
    /// <param name="pack">As the user named it, or null.</param>
    /// <param name="isFresh">Nothing is looked up, so no pack is needed.</param>
    /// <exception cref="CommandException">Neither has them.</exception>
    public static DemoFiles Find(string? sweep, string? pack, bool isFresh)
    {
        if (sweep is not null && (isFresh || pack is not null))
        {
            return new DemoFiles(sweep, pack ?? "");
        }

        var shipped = Shipped();
        return new DemoFiles(sweep ?? shipped.Sweep, pack ?? shipped.Pack);
    }

    private static DemoFiles Shipped()
    {
        var here = Directory.GetCurrentDirectory();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var root in new[] { here, folder.FullName })
            {
                if (File.Exists(Path.Combine(root, SweepPath)))
                {
                    // What is printed should be as short as what a user would type.
                    return root == here
                        ? new DemoFiles(SweepPath, PackPath)
                        : new DemoFiles(Path.Combine(root, SweepPath), Path.Combine(root, PackPath));
                }
            }
        }

        throw new CommandException(
            ExitCode.NotFoundOrConflict,
            $"There is no {SweepPath} here. Run the demo in a clone of Seal.Orleans: it uses the project's sweep, model and stored results."
        );
    }
}
