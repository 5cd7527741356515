using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Training;

namespace Seal.Models.Tests;

public sealed class PlacementTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void Check_OfNoDeviceString_SaysWhatOneLooksLike(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => Placement.Check(text));
        Assert.Contains("cuda:N", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfADeviceThatIsNotThere_SaysWhatThereIs()
    {
        Placement.Check("cuda:63");
        Assert.Same(Placement.Cpu, Placement.Parse("cpu"));
        var refused = Assert.Throws<ArgumentException>(() => Placement.Parse("cuda:63"));
        Assert.Contains("CUDA device", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>libtorch's own functions make tensors on the CPU unless told otherwise, and nobody notices until there is a GPU.</summary>
    [Fact]
    public void SourceOfTheRoom_OutsidePlacement_MakesNoTensorsItself()
    {
        var room = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src", "Models");
        var makes = new Regex(@"(?<![.\w])(torch\.)?(zeros|ones|empty|tensor|arange|full|rand|randn|randint|eye|linspace|from_array|as_tensor)\(");
        var lines = Directory
            .EnumerateFiles(room, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) is not ("Placement.cs" or "LlamaWeights.cs"))
            .SelectMany(file => File.ReadLines(file).Where(line => makes.IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"));

        Assert.Empty(lines);
    }

    /// <summary>On a machine without a second device a placement of its own stands for one: whatever work with a model makes must be made through
    /// it, never for the CPU by habit.</summary>
    [Theory]
    [InlineData(ModelDtype.Fp32)]
    [InlineData(ModelDtype.Bf16)]
    public void EveryTensor_OfWorkWithAModel_IsMadeOnItsPlacement(ModelDtype dtype)
    {
        using var folder = new TinyModel();
        var elsewhere = Placement.Apart("elsewhere");
        using var model = LlamaModel.Load(folder.Folder, dtype, elsewhere);
        var (here, strangers) = (0, new List<string>());
        var thread = Environment.CurrentManagedThreadId;
        Placement.Made = (placement, tensor) =>
        {
            if (Environment.CurrentManagedThreadId != thread)
            {
                return; // other tests'
            }

            here += ReferenceEquals(placement, elsewhere) ? 1 : 0;
            if (!ReferenceEquals(placement, elsewhere))
            {
                strangers.Add($"{placement.Name} [{string.Join(", ", tensor.shape)}]");
            }
        };
        try
        {
            Sampler.Sample(
                model,
                new SampleRequest([1, 2, 3], SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 5),
                -1,
                CancellationToken.None
            );
            GreedyDecoder.Generate(model, [new GenerateRequest([1, 2, 3], SequentialPositions.Instance, -1, 5)], CancellationToken.None);
            Scorer.Score(model, TinyModel.Texts(1, 8, 20, 1)[0]);
            var outcome = PackTrainer.Train(model, [TinyModel.Request(TinyModel.Lora(), 1, steps: 2)], null, CancellationToken.None)[0];
            Scorer.Score(((TrainedDelta)outcome.Delta!).Applied, TinyModel.Texts(1, 8, 20, 1)[0]);
            outcome.Delta.Dispose();
        }
        finally
        {
            Placement.Made = null;
        }

        Assert.True(here > 10);
        Assert.Empty(strangers);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
