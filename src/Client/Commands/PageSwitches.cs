using System.CommandLine;
using Seal.Pages;

namespace Seal.Client.Commands;

/// <summary>Whether a verb serves its page, and where.</summary>
internal sealed class PageSwitches
{
    private const int MostPort = 65535;

    public Option<bool> None { get; } = new("--no-page") { Description = "Serve no page while the sweep runs." };

    public Option<int> Port { get; } =
        new Option<int>("--page-port")
        {
            Description = "Port of the page, on this machine's own addresses alone; if it is taken, a free one.",
            DefaultValueFactory = _ => PageOptions.DefaultPort,
            HelpName = "n",
        }.InRange(1, MostPort);

    /// <summary>The port; null for no page.</summary>
    public int? Of(ParseResult parsed) => parsed.GetValue(None) ? null : parsed.GetValue(Port);
}
