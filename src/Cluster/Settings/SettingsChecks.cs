using System.Net;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Seal.Core.Files;
using Seal.Core.Sweeps;
using StackExchange.Redis;

namespace Seal.Cluster.Settings;

/// <summary>What must hold of settings before anything starts. Every problem is found, not only the first; secrets are not repeated.</summary>
public static class SettingsChecks
{
    private const int LeastToken = 16;
    private const int LongestName = 100;
    private const int LeastBlock = 1 << 12;
    private const int MostBlock = 64 << 20;

    private static readonly string[] Roles = ["control", "trainer", "all"];
    private static readonly string[] Engines = ["torch", "torch-bf16", "fake"];

    /// <exception cref="SettingsException">Something does not hold.</exception>
    public static SealSettings ForSilo(SealSettings settings) => Refuse(settings, [.. Shared(settings), .. Silo(settings), .. Listening(settings)]);

    /// <exception cref="SettingsException">Something does not hold.</exception>
    public static SealSettings ForClient(SealSettings settings) => Refuse(settings, [.. Shared(settings)]);

    private static SealSettings Refuse(SealSettings settings, IReadOnlyList<string> problems) =>
        problems.Count == 0 ? settings : throw new SettingsException(problems);

    private static IEnumerable<string> Shared(SealSettings settings)
    {
        if (!StoreName.IsGood(settings.Cluster.Id))
        {
            yield return $"Cluster.Id must match ^[a-z0-9][a-z0-9-]{{0,62}}$; got '{settings.Cluster.Id}'";
        }

        if (string.IsNullOrWhiteSpace(settings.Cluster.Redis))
        {
            yield return "Cluster.Redis must name the Redis with the membership table, e.g. SEAL__CLUSTER__REDIS=localhost:6379; got nothing";
        }
        else if (!IsRedis(settings.Cluster.Redis))
        {
            yield return "Cluster.Redis must be of StackExchange.Redis' form, host:6379,password=…,ssl=true; what was given is not (it is not "
                + "repeated here, it may hold a secret)";
        }

        var store = settings.Store;
        var named = new[] { store.Folder, store.Blob.ConnectionString, store.Blob.Endpoint }.Count(value => !string.IsNullOrWhiteSpace(value));
        if (named != 1)
        {
            yield return $"Store must name exactly one of Folder, Blob.ConnectionString, Blob.Endpoint; got {named}";
        }

        // With a query or a user it would hold a secret; the address is printed and logged.
        if (
            store.Blob.Endpoint is { } endpoint
            && !(
                Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
                && uri.Scheme == Uri.UriSchemeHttps
                && uri.Query.Length == 0
                && uri.UserInfo.Length == 0
                && uri.Fragment.Length == 0
            )
        )
        {
            yield return "Store.Blob.Endpoint must be an address such as https://account.blob.core.windows.net, with nothing behind it: it is "
                + "signed in to by identity, and that is done over https only. "
                + "A shared access signature belongs in Store.Blob.ConnectionString";
        }

        if (store.Blob.ConnectionString is { } connection && !IsConnection(connection))
        {
            yield return "Store.Blob.ConnectionString must be that of a storage account, DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…; "
                + "what was given is not (it is not repeated here)";
        }

        var container = store.Blob.Container;
        if (!StoreName.IsGood(container) || container.Length < 3 || container[^1] == '-' || container.Contains("--", StringComparison.Ordinal))
        {
            yield return $"Store.Blob.Container must match ^[a-z0-9][a-z0-9-]{{2,62}}$, without '--' and without '-' at its end; got '{container}'";
        }

        if (store.Blob.BlockSize is < LeastBlock or > MostBlock)
        {
            yield return $"Store.Blob.BlockSize must be in {LeastBlock}..{MostBlock} bytes; got {store.Blob.BlockSize}";
        }

        if (store.Blob.RequestTimeout < TimeSpan.FromSeconds(1) || store.Blob.RequestTimeout > TimeSpan.FromHours(1))
        {
            yield return $"Store.Blob.RequestTimeout must be in 00:00:01..01:00:00; got {store.Blob.RequestTimeout:c}";
        }

        foreach (var problem in Tls(settings.Security))
        {
            yield return problem;
        }
    }

    private static bool IsRedis(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsConnection(string text)
    {
        try
        {
            return new BlobServiceClient(text).Uri.IsAbsoluteUri;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Tls(SecuritySettings security)
    {
        (string Key, string? File)[] files = [("Certificate", security.Certificate), ("Key", security.Key), ("Authority", security.Authority)];
        if (files.Any(entry => entry.File is not null) && !security.HasTls)
        {
            yield return $"Security must have all of Certificate, Key, Authority or none; missing "
                + $"{string.Join(", ", files.Where(entry => entry.File is null).Select(entry => entry.Key))}";
        }

        foreach (var (key, file) in files)
        {
            if (file is not null && FileKinds.Of(file) is var kind and not FileKind.Regular)
            {
                yield return $"Security.{key} must be a PEM file; {(kind is null ? $"there is no file {file}" : $"{file} is not a regular file")}";
            }
        }
    }

    private static IEnumerable<string> Silo(SealSettings settings)
    {
        var (silo, work) = (settings.Silo, settings.Work);
        if (!Roles.Contains(silo.Role, StringComparer.Ordinal))
        {
            yield return $"Silo.Role must be one of {string.Join(", ", Roles)}; got '{silo.Role}'";
        }

        if (!Enum.GetNames<LogLevel>().Contains(silo.LogLevel, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Silo.LogLevel must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}; got '{silo.LogLevel}'";
        }

        (string Key, int Port, int Least)[] ports =
        [
            ("SiloPort", silo.SiloPort, 1),
            ("GatewayPort", silo.GatewayPort, 1),
            ("WebPort", silo.WebPort, 0),
        ];
        foreach (var (key, port, least) in ports.Where(entry => entry.Port < entry.Least || entry.Port > 65535))
        {
            yield return $"Silo.{key} must be in {least}..65535; got {port}";
        }

        if (ports.Where(entry => entry.Port > 0).GroupBy(entry => entry.Port).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return $"Silo.{string.Join(" and Silo.", twice.Select(entry => entry.Key))} must differ; got {twice.Key} for both";
        }

        if (work.Slots is < 0 or > 1024)
        {
            yield return $"Work.Slots must be in 0..1024 (0: as many as cores); got {work.Slots}";
        }

        if (work.EngineList.Count == 0 || work.EngineList.Any(engine => !Engines.Contains(engine, StringComparer.Ordinal)))
        {
            yield return $"Work.Engines must name some of {string.Join(", ", Engines)}; got '{work.Engines}'";
        }

        if (work.EngineList.GroupBy(engine => engine, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } again)
        {
            yield return $"Work.Engines must name each engine once; got '{again.Key}' twice";
        }

        if (silo.Name is { } name && (name.Length > LongestName || name.Any(char.IsControl)))
        {
            yield return $"Silo.Name must have {LongestName} characters or fewer, none of them a control character";
        }

        if (silo.PageToken is { Length: < LeastToken })
        {
            yield return $"Silo.PageToken must have {LeastToken} characters or more, as nobody should guess it; leave it out for a page that only reads";
        }

        if (work.KeepAdapters is < 0 or > 10_000)
        {
            yield return $"Work.KeepAdapters must be in 0..10000; got {work.KeepAdapters}";
        }

        if (work.TasksAtOnce is < 1 or > 10_000)
        {
            yield return $"Work.TasksAtOnce must be in 1..10000; got {work.TasksAtOnce}";
        }

        if (work.Threads is < 1 or > 256)
        {
            yield return $"Work.Threads must be in 1..256; got {work.Threads}";
        }

        (string Key, TimeSpan Time, TimeSpan Least)[] times =
        [
            ("Work.DrainTime", work.DrainTime, TimeSpan.Zero),
            ("Work.StuckAfter", work.StuckAfter, TimeSpan.FromSeconds(1)),
            ("Work.FirstStepGrace", work.FirstStepGrace, TimeSpan.FromSeconds(1)),
            ("Cluster.LeaveAfter", settings.Cluster.LeaveAfter, TimeSpan.FromSeconds(1)),
        ];
        foreach (var (key, time, least) in times.Where(entry => entry.Time < entry.Least || entry.Time > TimeSpan.FromDays(1)))
        {
            yield return $"{key} must be in {least:c}..1.00:00:00; got {time:c}";
        }
    }

    /// <summary>A port that other machines can reach needs mutual TLS.</summary>
    private static IEnumerable<string> Listening(SealSettings settings)
    {
        (string Key, string Address)[] addresses = [("Address", settings.Silo.Address), ("WebAddress", settings.Silo.WebAddress)];
        foreach (var (key, text) in addresses)
        {
            if (!IPAddress.TryParse(text, out var address))
            {
                yield return $"Silo.{key} must be an IP address of this machine; got '{text}'";
                continue;
            }

            if (key == "Address" && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            {
                yield return $"Silo.Address must be the one address under which the others reach this silo; got {address}, which is all of them";
            }

            if (!IPAddress.IsLoopback(address) && !settings.Security.HasTls && !settings.Security.Insecure)
            {
                yield return $"Silo.{key} {address} can be reached from other machines, and without TLS whoever reaches it can do anything. Give "
                    + $"Security.Certificate, "
                    + "Security.Key and Security.Authority ('seal certs init' makes them for a trial), listen on 127.0.0.1, or say --insecure";
            }
        }
    }
}
