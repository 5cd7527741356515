using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Seal.Cluster.Connections;

namespace Seal.Client.Commands;

/// <summary><c>seal certs</c>: certificates for a trial cluster.</summary>
internal static class CertsCommand
{
    private const string Help = """
        Writes authority.pem and its key, silo.pem and client.pem with theirs. Give every silo and client the authority and its own pair:
          SEAL__SECURITY__AUTHORITY=authority.pem SEAL__SECURITY__CERTIFICATE=silo.pem SEAL__SECURITY__KEY=silo.key.pem
        Keep authority.key.pem away from them: who has it can make silos. Exit codes: 0 ok; 2 the folder has certificates already; 5 it
        cannot be written.
        """;

    private static readonly string[] Names = ["authority.pem", "authority.key.pem", "silo.pem", "silo.key.pem", "client.pem", "client.key.pem"];

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Where to; made if it is not there." };
        var days = new Option<int>("--days")
        {
            Description = "How long silo and client certificates are good.",
            DefaultValueFactory = _ => 90,
            HelpName = "n",
        }.InRange(1, 825);
        var init = new Command("init", "Make a development authority with a silo's and a client's certificate.") { folder, days }.WithPage(Help);
        init.SetAction(parsed =>
        {
            Write(parsed.GetValue(folder)!, TimeSpan.FromDays(parsed.GetValue(days)));
            return ExitCode.Ok;
        });
        return new Command("certs", "Certificates for a trial cluster.") { init };
    }

    private static void Write(string folder, TimeSpan lifetime)
    {
        Directory.CreateDirectory(folder);
        // Also where the authority was taken away, as it should be: what is left is what silos run with.
        if (Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } present)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{present} is there already; silos that trust its authority would not trust a new one. Name another folder, or remove it first."
            );
        }

        var now = DateTimeOffset.UtcNow;
        using var authority = SealCertificates.CreateAuthority("Seal.Orleans development authority", now, TimeSpan.FromDays(3650));
        Save(folder, "authority", authority);
        foreach (var role in new[] { CertificateRole.Silo, CertificateRole.Client })
        {
            var name = role.ToString().ToLowerInvariant();
            using var certificate = SealCertificates.Issue(authority, role, $"seal-{name}", now, lifetime);
            Save(folder, name, certificate);
        }

        Terminal.Tell($"Wrote authority, silo and client certificates to {folder}. Keep authority.key.pem apart: who has it can make silos.");
    }

    private static void Save(string folder, string name, X509Certificate2 certificate)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}.pem"), certificate.ExportCertificatePem());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var key = certificate.GetECDsaPrivateKey()!;
        using var writer = new StreamWriter(Path.Combine(folder, $"{name}.key.pem"), options);
        writer.Write(key.ExportPkcs8PrivateKeyPem());
    }
}
