using System.CommandLine;

namespace Seal.Soak.Builds;

/// <summary><c>builds</c>: this build beside an older and a newer one, as real processes.</summary>
internal static class BuildsCommand
{
    public static Command Create()
    {
        var old = new Option<string>("--old")
        {
            Description = "A commit of before there were versions.",
            DefaultValueFactory = _ => "5d88d79",
            HelpName = "commit",
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Where the other builds are made; kept, so that they are made once.",
            DefaultValueFactory = _ => Path.Combine(EndToEnd.Support.Repository.Root, "artifacts", "builds"),
            HelpName = "folder",
        };
        var command = new Command(
            "builds",
            "Stores, consoles and silos of three builds, mixed: an old one, this one, and this one with one field more. Each is refused or read by "
                + "name, and nothing is rewritten. "
                + "Needs git with its history; Redis and Azurite for the part with silos."
        )
        {
            old,
            folder,
        };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(old)!, parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static async Task<int> Run(string commit, string folder, CancellationToken cancellation)
    {
        var old = await OtherBuild.Make(commit, patch: null, folder, Console.Out, cancellation);
        var next = await OtherBuild.Make("HEAD", Path.Combine("tests", "Soak", "Builds", "one-more-field.patch"), folder, Console.Out, cancellation);
        var trial = new Trial(Console.Out);
        await new StoreMixes(old, next, trial).Run();
        await new ClusterMixes(old, next, trial).Run(cancellation);
        Console.Out.WriteLine($"{trial.Good} as promised, {trial.Bad} not");
        return trial.Bad == 0 ? 0 : 1;
    }
}

/// <summary>Counts and prints what was tried.</summary>
internal sealed class Trial(TextWriter output)
{
    public int Good { get; private set; }

    public int Bad { get; private set; }

    public void Check(string what, bool holds, string otherwise)
    {
        (Good, Bad) = holds ? (Good + 1, Bad) : (Good, Bad + 1);
        output.WriteLine(holds ? $"ok   {what}" : $"BAD  {what}\n{otherwise}");
        output.Flush();
    }
}
