using System.CommandLine;

namespace Seal.SiloHost.Health;

/// <summary><c>seal-silo health ready</c>: asks the silo of this machine; for probes that run in the container, so that the page need not be
/// reachable from outside.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var page = new Argument<string>("page") { Description = "live, ready or startup." };
        page.AcceptOnlyFromAmong([.. HealthPages.Pages]);
        var port = new Option<int>("--port")
        {
            Description = "The silo's Silo.WebPort.",
            DefaultValueFactory = _ => 8081,
            HelpName = "n",
        };
        var command = new Command("health", "Ask the silo on this machine how it is. Exit 0: well; 1: not.") { page, port };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                try
                {
                    using var http = new HttpClient { Timeout = Patience };
                    using var answer = await http.GetAsync(
                        new Uri($"http://127.0.0.1:{parsed.GetValue(port)}/health/{parsed.GetValue(page)}"),
                        cancellation
                    );
                    Console.Out.WriteLine((await answer.Content.ReadAsStringAsync(cancellation)).Trim());
                    return answer.IsSuccessStatusCode ? 0 : 1;
                }
                catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
                {
                    Console.Error.WriteLine($"No silo answers on port {parsed.GetValue(port)}: {silent.Message}");
                    return 1;
                }
            }
        );
        return command;
    }
}
