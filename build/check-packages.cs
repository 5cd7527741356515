// Checks what build/pack.sh made: dotnet run build/check-packages.cs -- artifacts/packages 0.2.0
// Every package has one version, a readme, a licence, a description and tags; libraries have their summaries; every source file is inside
// the symbols, so that a debugger needs no repository; the tool stays under 40 MB; the bill of materials names every package by its hash.
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;

const long MostBytes = 40_000_000;
var embeddedSource = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
var (folder, version) = (args[0], args[1]);
var wrong = new List<string>();
string[] packages = [.. Directory.GetFiles(folder, "*.nupkg").Order(StringComparer.Ordinal)];
string[] expected =
[
    "Seal.Arc",
    "Seal.Core",
    "Seal.Grains",
    "Seal.Grains.Abstractions",
    "Seal.Knowledge",
    "Seal.Models",
    "Seal.Orleans.Tool",
    "Seal.Silo",
];
Demand(
    packages.Select(path => Path.GetFileName(path)).SequenceEqual(expected.Select(id => $"{id}.{version}.nupkg").Order(StringComparer.Ordinal)),
    $"{folder} has {string.Join(", ", packages.Select(Path.GetFileName))}"
);
foreach (var path in packages)
{
    var name = Path.GetFileNameWithoutExtension(path);
    using var package = ZipFile.OpenRead(path);
    var metadata = XDocument
        .Load(package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open())
        .Root!.Elements()
        .Single();
    string? Of(string element) => metadata.Elements().SingleOrDefault(found => found.Name.LocalName == element)?.Value;
    var id = Of("id")!;
    var isTool = metadata.Descendants().Any(found => found.Name.LocalName == "packageType" && found.Attribute("name")?.Value == "DotnetTool");
    Demand(Of("version") == version, $"{name}: version {Of("version")}");
    Demand(Of("license") == "MIT", $"{name}: licence {Of("license")}");
    Demand(Of("description")?.Length > 40 && Of("description") != "Package Description", $"{name}: description '{Of("description")}'");
    Demand(Of("tags")?.Contains("orleans", StringComparison.Ordinal) == true, $"{name}: tags '{Of("tags")}'");
    Demand(Of("readme") is { } readme && package.GetEntry(readme) is { Length: > 200 }, $"{name}: no readme");
    Demand(new FileInfo(path).Length < MostBytes, $"{name}: {new FileInfo(path).Length} bytes; expected fewer than {MostBytes}");
    Demand(isTool || package.GetEntry($"lib/net10.0/{id}.xml") is not null, $"{name}: no summaries");
    Demand(isTool == (id == "Seal.Orleans.Tool"), $"{name}: is it a tool?");

    var symbols = Path.ChangeExtension(path, ".snupkg");
    var sources =
        isTool ? Sources(package)
        : File.Exists(symbols) ? Sources(ZipFile.OpenRead(symbols))
        : [];
    Demand(sources.Any(source => source.IsEmbedded), $"{name}: no symbols with sources");
    foreach (var source in sources.Where(source => !source.IsEmbedded))
    {
        wrong.Add($"{name}: {source.Name} is not inside the symbols");
    }

    Console.WriteLine($"{name, -34} {new FileInfo(path).Length / 1e6, 6:0.00} MB, {sources.Count} source files inside");
}

CheckManifest(Path.Combine(folder, "_manifest", "spdx_2.2", "manifest.spdx.json"));
wrong.ForEach(Console.Error.WriteLine);
return wrong.Count == 0 ? 0 : 1;

void Demand(bool holds, string otherwise)
{
    if (!holds)
    {
        wrong.Add(otherwise);
    }
}

List<(string Name, bool IsEmbedded)> Sources(ZipArchive package)
{
    var sources = new List<(string, bool)>();
    foreach (var entry in package.Entries.Where(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)))
    {
        using var stream = new MemoryStream();
        using (var from = entry.Open())
        {
            from.CopyTo(stream);
        }

        stream.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        var reader = provider.GetMetadataReader();
        foreach (var handle in reader.Documents)
        {
            var isEmbedded = reader
                .GetCustomDebugInformation(handle)
                .Any(information => reader.GetGuid(reader.GetCustomDebugInformation(information).Kind) == embeddedSource);
            sources.Add(($"{entry.Name}: {reader.GetString(reader.GetDocument(handle).Name)}", isEmbedded));
        }
    }

    return sources;
}

void CheckManifest(string path)
{
    if (!File.Exists(path))
    {
        wrong.Add($"{path}: there is no bill of materials");
        return;
    }

    using var document = JsonDocument.Parse(File.ReadAllText(path));
    var hashes = document
        .RootElement.GetProperty("files")
        .EnumerateArray()
        .ToDictionary(
            file => Path.GetFileName(file.GetProperty("fileName").GetString()!),
            file =>
                file.GetProperty("checksums")
                    .EnumerateArray()
                    .Single(sum => sum.GetProperty("algorithm").GetString() == "SHA256")
                    .GetProperty("checksumValue")
                    .GetString()
        );
    foreach (var package in packages)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(package)));
        Demand(hashes.GetValueOrDefault(Path.GetFileName(package)) == sha256, $"{path}: {Path.GetFileName(package)} is not there by its hash");
    }

    string[] needs = ["TorchSharp", "Microsoft.Orleans.Server", "Tomlyn"];
    var named = document.RootElement.GetProperty("packages").EnumerateArray().Select(package => package.GetProperty("name").GetString()).ToHashSet();
    Demand(needs.All(named.Contains), $"{path}: not all of {string.Join(", ", needs)} are named");
    Console.WriteLine($"bill of materials: {hashes.Count} files, {named.Count} packages");
}
