using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

/// <summary>On the fake engine, whose steps are those of the plan; no time is looked at.</summary>
public sealed class ForecastTests : IDisposable
{
    private const string Short = "[[arms]]\nname = \"short\"\nproposer = \"random\"\nset = { inner.max_texts = 2 }\n";
    private const string Long = "[[arms]]\nname = \"long\"\nproposer = \"random\"\nset = { inner.max_texts = 12 }\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>2 training and 2 evaluation tasks, 5 self-edits each: every one of the 20 loops of a kind is run.</summary>
    [Fact]
    public void Calibrate_ArmsWithTheirOwnInnerLoop_MeasuresEachWithItsSettings()
    {
        var (shorter, longer) = (Calibrate(Short), Calibrate(Long));
        var (both, turned) = (Calibrate(Short + Long), Calibrate(Long + Short));

        Assert.True(longer.Steps > 2 * shorter.Steps, $"{longer.Steps} against {shorter.Steps} steps");
        Assert.Equal(40, both.Samples);
        Assert.Equal(shorter.Steps + longer.Steps, both.Steps, 6);
        Assert.Equal(both.Steps, turned.Steps, 6);
        Assert.Equal(shorter.Loops + longer.Loops, both.Loops, 6);
    }

    private Forecast Calibrate(string arms) =>
        Forecast.Calibrate(
            LoadedSweep.Read(
                _folder.Write(
                    "s.toml",
                    """
                    name = "foretold"
                    seeds = [1]
                    [tasks]
                    source = "generated"
                    train_count = 2
                    evaluate_count = 2
                    max_side = 5
                    [engine]
                    kind = "fake"
                    [proposal]
                    schema = "mini"
                    [inner]
                    max_tokens = 512
                    max_steps = 2000
                    [evaluate]
                    views = 0

                    """ + arms
                ),
                []
            ),
            2,
            CancellationToken.None
        );
}
