using System.Text.Json;
using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Silo.Engines;
using Seal.Silo.Packs;

namespace Seal.Client.Tests.Packs;

/// <summary>A finished sweep as a file: verified by running its trials again, refused where anything in it was changed.</summary>
public sealed class PackTests(TableStore store) : IClassFixture<TableStore>, IAsyncLifetime, IDisposable
{
    private const string Sweep = "tiny-table";

    private readonly TemporaryFolder _folder = new();

    private string Pack => _folder.At("tiny-table.sealpack");

    public async Task InitializeAsync() =>
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "pack", Sweep, "--store", store.Root, "--output", Pack)).Code);

    [Fact]
    public async Task Verify_APack_RunsItsTrialsAgainToTheSameBytes()
    {
        var said = await Shell.Run("verify", Pack, "--sample", "1000", "--workers", "2", "--json");

        Assert.True(said.Code == ExitCode.Ok, $"{said}");
        var trials = said.Document.GetProperty("trials").GetInt32();
        Assert.True(trials > 140); // the table's, and those of the policy before it learned
        Assert.Equal(
            (trials, trials, true),
            (
                said.Document.GetProperty("sample").GetInt32(),
                said.Document.GetProperty("equal").GetInt32(),
                said.Document.GetProperty("bytes").GetBoolean()
            )
        );
    }

    /// <summary>Every trial of a self-edit is in it; what was tried on the policy's own weights is not, shown answers after one round
    /// included.</summary>
    [Theory]
    [InlineData("policy", 1)]
    [InlineData("frozen", 3)]
    public async Task Verify_ASweepWithSeveralTrialsOfEachSelfEdit_RunsThemAllAgain(string inner, int packSize)
    {
        string[] set =
        [
            .. new[]
            {
                $"inner.base=\"{inner}\"",
                $"inner.pack_size={packSize}",
                "reward.trials=2",
                "evaluate.show=true",
                "update.rounds=1",
                "seeds=[1]",
            }.SelectMany(value => new[] { "--set", value }),
        ];
        var (root, pack) = (_folder.At($"store-{inner}"), _folder.At($"{inner}.sealpack"));
        var run = await Shell.Run(["run", Places.InRepository("sweeps/tiny-fake.toml"), "--store", root, "--no-forecast", .. set]);
        Assert.True(run.Code == ExitCode.Ok, $"{run}");
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "pack", "tiny-fake", "--store", root, "--output", pack)).Code);
        var results = SweepPack.Parse(pack, await File.ReadAllBytesAsync(pack)).Parsed;
        var seal = results.Runs.Single(one => one.Arm == "seal");
        var tried = seal.Phases.Single(phase => phase.Phase.IsRound).Tasks.SelectMany(task => task.Candidates).Where(one => one.DuplicateOf is null);

        var said = await Shell.Run("verify", pack, "--sample", "1000", "--json");

        Assert.True(said.Code == ExitCode.Ok, $"{said}");
        Assert.All(tried.Where(candidate => candidate.Trial is not null), candidate => Assert.Single(candidate.More!));
        Assert.Equal(said.Document.GetProperty("trials").GetInt32(), said.Document.GetProperty("equal").GetInt32());
        Assert.True(said.Document.GetProperty("trials").GetInt32() > 2 * tried.Count(candidate => candidate.Trial is not null));
    }

    [Fact]
    public async Task Verify_Twice_DrawsTheSameSampleBySeed()
    {
        string[] Drawn(Said said) => [.. said.Document.GetProperty("checks").EnumerateArray().Select(check => check.GetRawText()).Order()];
        var first = Drawn(await Shell.Run("verify", Pack, "--sample", "7", "--seed", "3", "--json"));

        Assert.Equal(7, first.Distinct().Count());
        Assert.Equal(first, Drawn(await Shell.Run("verify", Pack, "--sample", "7", "--seed", "3", "--json")));
        Assert.NotEqual(first, Drawn(await Shell.Run("verify", Pack, "--sample", "7", "--seed", "4", "--json")));
    }

    [Fact]
    public async Task Pack_OfAnEqualSweep_IsTheSameFile()
    {
        var again = _folder.At("again.sealpack");
        await Shell.Run("artifacts", "pack", Sweep, "--store", store.Root, "--output", again);

        Assert.Equal(await File.ReadAllBytesAsync(Pack), await File.ReadAllBytesAsync(again));
        Assert.Equal(ExitCode.Usage, (await Shell.Run("artifacts", "pack", Sweep, "--store", store.Root, "--output", again)).Code);
    }

    /// <summary>Look-up rows repeat the hash of every trial, and ten outer seeds make hundreds of megabytes of it.</summary>
    [Fact]
    public void Text_WithRepeatedHashesAndManyParts_ComesBackAsItWas()
    {
        var hashes = Enumerable.Range(0, 300).Select(i => ArtifactKey.Sha256(BitConverter.GetBytes(i))).ToArray();
        var text = string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{{\"n\":{i},\"details\":\"{hashes[i % 300]}\",\"ö\":\"𝄞\"}}\n"));
        var packed = LongText.Of(text);

        Assert.Equal(hashes, packed.Hashes); // each stands in it once
        Assert.True(packed.Parts.Count > 1);
        Assert.True(packed.Parts.Sum(part => part.Length) < text.Length * 2 / 3);
        Assert.Equal(text, packed.ToText());
    }

    [Fact]
    public async Task Pack_ChangedByWith_SaysWhatItHasNow()
    {
        var pack = SweepPack.Parse(Pack, await File.ReadAllBytesAsync(Pack));
        _ = pack.Parsed;

        var changed = pack with { Text = LongText.Of(pack.Results.Replace("\"tiny-table\"", "\"other\"", StringComparison.Ordinal)) };

        Assert.Equal("other", changed.Parsed.Sweep);
        Assert.NotEqual(pack.ResultsSha256(), changed.ResultsSha256());
    }

    [Fact]
    public void Text_ThatNamesAHashThatIsNotThere_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => new LongText([new string('0', 64)], ["\u00010;", "\u00011;"]).ToText());

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.98)]
    public async Task Verify_OneChangedByte_IsRefused(double where)
    {
        var bytes = await File.ReadAllBytesAsync(Pack);
        bytes[(int)(where * bytes.Length)] ^= 4;
        await File.WriteAllBytesAsync(Pack, bytes);

        var said = await Shell.Run("verify", Pack);
        Assert.True(said.Code == ExitCode.Unreachable, $"{said}");
    }

    [Fact]
    public async Task Verify_AChangedSettingSeedOrResult_IsRefusedThoughEveryHashOfTheFileIsRight()
    {
        var pack = SweepPack.Parse(Pack, await File.ReadAllBytesAsync(Pack));
        var run = pack.Submission.Runs[0];
        foreach (
            var changed in new[]
            {
                pack with
                {
                    Submission = With(
                        run with
                        {
                            Context = run.Context with
                            {
                                Settings = run.Context.Settings with { Inner = run.Context.Settings.Inner with { MaxSteps = 7 } },
                            },
                        }
                    ),
                },
                pack with
                {
                    Submission = With(run with { Context = run.Context with { NumericClass = "fake-2" } }),
                },
                pack with
                {
                    Submission = pack.Submission with { Model = pack.Submission.Model with { BaseSha256 = new string('0', 64) } },
                },
                pack with
                {
                    Text = LongText.Of(pack.Results.Replace("\"steps\": 8", "\"steps\": 9", StringComparison.Ordinal)),
                },
            }
        )
        {
            Assert.NotEqual(pack.ToBytes(), changed.ToBytes());
            await File.WriteAllBytesAsync(Pack, changed.ToBytes());

            var said = await Shell.Run("verify", Pack);
            Assert.True(said.Code == ExitCode.Unreachable, $"{said}");
            Assert.Contains("was changed", said.Error, StringComparison.Ordinal);
        }

        SweepSubmission With(RunSubmission other) => pack.Submission with { Runs = [other, .. pack.Submission.Runs.Skip(1)] };
    }

    /// <summary>Whoever changes a result before it is packed makes a file that fits in itself: the recomputation finds it.</summary>
    [Fact]
    public async Task Verify_AResultThatNobodyComputed_IsFoundByRunningItAgain()
    {
        using var copy = new TemporaryFolder();
        Copy(store.Root, copy.At("store"));
        var results = copy.At("store/sweeps/tiny-table/results.json");
        var text = await File.ReadAllTextAsync(results);
        await File.WriteAllTextAsync(results, text.Replace("\"steps\": ", "\"steps\": 1", StringComparison.Ordinal));
        await Shell.Run("artifacts", "pack", Sweep, "--store", copy.At("store"), "--output", copy.At("wrong.sealpack"));

        var said = await Shell.Run("verify", copy.At("wrong.sealpack"), "--sample", "3", "--json");

        Assert.True(said.Code == ExitCode.Failures, $"{said}");
        Assert.Equal(0, said.Document.GetProperty("equal").GetInt32());
        Assert.Contains("other bytes", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OnAnotherNumericClass_ComparesVerdicts()
    {
        var pack = SweepPack.Parse(Pack, await File.ReadAllBytesAsync(Pack));
        var elsewhere = pack with
        {
            Submission = pack.Submission with
            {
                Runs = [.. pack.Submission.Runs.Select(run => run with { Context = run.Context with { NumericClass = "fake-0" } })],
            },
        };
        var verifier = new PackVerifier(elsewhere, EngineChoice.Of(elsewhere.Submission), new SingleModel(null));

        Assert.False(verifier.ComparesBytes);
        await foreach (var check in verifier.Run(20, 1, 2))
        {
            Assert.True(check.IsEqual);
        }
    }

    [Fact]
    public async Task Unpack_ThenRun_ComputesNoPackedTrialAgain()
    {
        var other = _folder.At("other");
        var unpacked = await Shell.Run("artifacts", "unpack", Pack, "--store", other, "--results", _folder.At("results.json"));
        var run = await Shell.Run("run", Places.InRepository("sweeps/tiny-table.toml"), "--store", other, "--workers", "2", "--json");

        Assert.True((unpacked.Code, run.Code) == (ExitCode.Ok, ExitCode.Ok), $"{unpacked}{run}");
        var results = await File.ReadAllBytesAsync(Path.Combine(store.Root, "sweeps/tiny-table/results.json"));
        Assert.Equal(results, await File.ReadAllBytesAsync(_folder.At("results.json")));
        Assert.Equal(results, await File.ReadAllBytesAsync(Path.Combine(other, "sweeps/tiny-table/results.json")));
        var runs = JsonDocument
            .Parse(await File.ReadAllBytesAsync(Path.Combine(other, "sweeps/tiny-table/accounting.json")))
            .RootElement.GetProperty("runs");
        Assert.Equal(0, runs.GetProperty("base-table-s1").GetProperty("steps").GetInt32());
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "verify", "--store", other)).Code);
    }

    [Fact]
    public async Task Pack_OfASweepThatIsNotThere_SaysSo()
    {
        var said = await Shell.Run("artifacts", "pack", "nobody", "--store", store.Root);
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains("no finished sweep 'nobody'", said.Error, StringComparison.Ordinal);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
