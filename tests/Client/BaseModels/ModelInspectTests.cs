using System.Text.Json.Nodes;
using Seal.Client.Tests.Support;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Safetensors;

namespace Seal.Client.Tests.BaseModels;

/// <summary><c>inspect</c> calls fine exactly what <c>try</c> takes: both open and check a model by the same function.</summary>
public sealed class ModelInspectTests
{
    private static readonly string Mini = Places.InRepository("models/grid-mini");

    [Theory]
    [InlineData("whole", null)]
    [InlineData("no vocabulary", "tokenizer.json: no such file")]
    [InlineData("a tensor is missing", "no tensor 'model.norm.weight'")]
    [InlineData("a tensor has another shape", "model.norm.weight is [")]
    [InlineData("a tensor has another kind of number", "holds I64; expected F32")]
    [InlineData("a tensor too many", "which is no part of the model")]
    [InlineData("a number is none", "'model.norm.weight' has NaN at")]
    [InlineData("another model's vocabulary", "They belong to different models")]
    public async Task Inspect_AndTry_AgreeAboutAFolder(string what, string? problem)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Mini))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        Change(folder.Path, what);
        var inspected = await Shell.Run("model", "inspect", folder.Path, "--json");
        var tried = await Shell.Run("try", "gen:tile", "--edit", "none", "--model", folder.Path);
        var logits = await Shell.Run("model", "logits", folder.Path, "--input", folder.Write("ids", "[[1]]"));
        if (problem is null)
        {
            Assert.Equal((ExitCode.Ok, ExitCode.Ok, ExitCode.Ok), (inspected.Code, tried.Code, logits.Code));
            return;
        }

        Assert.Equal((ExitCode.Usage, ExitCode.Usage, ""), (inspected.Code, tried.Code, inspected.Output));
        Assert.Contains(problem, inspected.Error, StringComparison.Ordinal);
        Assert.Contains(problem, tried.Error, StringComparison.Ordinal);
    }

    /// <summary>The shape of the repository's own model as a Qwen3 decoder, with random weights: every verb takes it.</summary>
    [Fact]
    public async Task Inspect_OfQwen3_SaysThatQueriesAndKeysAreNormed()
    {
        using var folder = new TemporaryFolder();
        RandomCheckpoint.Write(folder.Path, LlamaConfig.Load(Mini) with { QueryKeyNorm = true }, ModelDtype.Fp32, new Seed(1));
        File.Copy(Path.Combine(Mini, "tokenizer.json"), Path.Combine(folder.Path, "tokenizer.json"));

        var inspected = await Shell.Run("model", "inspect", folder.Path, "--json");
        var tried = await Shell.Run("try", "gen:tile", "--edit", "none", "--model", folder.Path);

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (inspected.Code, tried.Code));
        Assert.True(JsonNode.Parse(inspected.Output)!["queryKeyNorm"]!.GetValue<bool>());
        Assert.Contains("queries and keys normed", inspected.Error, StringComparison.Ordinal);
    }

    private static void Change(string folder, string what)
    {
        var weights = Path.Combine(folder, "model.safetensors");
        switch (what)
        {
            case "no vocabulary":
                File.Delete(Path.Combine(folder, "tokenizer.json"));
                break;
            case "another model's vocabulary":
                var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
                var size = config["vocab_size"]!.GetValue<int>() - 1;
                config["vocab_size"] = size;
                File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
                Rewrite(
                    weights,
                    tensors =>
                        tensors.Select(tensor =>
                            tensor.Name is "model.embed_tokens.weight" or "lm_head.weight"
                                ? (tensor.Name, tensor.Dtype, [size, tensor.Shape[1]], tensor.Bytes[..^(tensor.Bytes.Length / (size + 1))])
                                : tensor
                        )
                );
                break;
            case "a tensor is missing":
                Rewrite(weights, tensors => tensors.Where(tensor => tensor.Name != "model.norm.weight"));
                break;
            case "a tensor has another shape":
                Rewrite(
                    weights,
                    tensors =>
                        tensors.Select(tensor =>
                            tensor.Name == "model.norm.weight" ? (tensor.Name, tensor.Dtype, [1, .. tensor.Shape], tensor.Bytes) : tensor
                        )
                );
                break;
            case "a tensor has another kind of number":
                Rewrite(
                    weights,
                    tensors =>
                        tensors.Select(tensor =>
                            tensor.Name == "model.norm.weight"
                                ? (tensor.Name, SafetensorsDtype.I64, tensor.Shape, new byte[8 * tensor.Shape[0]])
                                : tensor
                        )
                );
                break;
            case "a number is none":
                Rewrite(
                    weights,
                    tensors =>
                        tensors.Select(tensor =>
                            tensor.Name == "model.norm.weight"
                                ? (
                                    tensor.Name,
                                    SafetensorsDtype.F32,
                                    tensor.Shape,
                                    [.. BitConverter.GetBytes(float.NaN), .. new byte[4 * (tensor.Shape[0] - 1)]]
                                )
                                : tensor
                        )
                );
                break;
            case "a tensor too many":
                Rewrite(weights, tensors => tensors.Append(("model.layers.0.other.weight", SafetensorsDtype.F32, [1L], new byte[4])));
                break;
        }
    }

    private static void Rewrite(
        string path,
        Func<
            IEnumerable<(string Name, SafetensorsDtype Dtype, long[] Shape, byte[] Bytes)>,
            IEnumerable<(string Name, SafetensorsDtype Dtype, long[] Shape, byte[] Bytes)>
        > change
    )
    {
        (string Name, SafetensorsDtype Dtype, long[] Shape, byte[] Bytes)[] changed;
        var bytes = File.ReadAllBytes(path);
        using (var file = SafetensorsFile.Read(path))
        {
            var start = bytes.Length - (int)file.Tensors.Max(tensor => tensor.End);
            changed =
            [
                .. change([
                    .. file.Tensors.Select(tensor =>
                        (tensor.Name, tensor.Dtype, tensor.Shape.ToArray(), bytes[(start + (int)tensor.Begin)..(start + (int)tensor.End)])
                    ),
                ]),
            ];
        }

        using var stream = File.Create(path);
        SafetensorsWriter.Write(
            stream,
            changed.Select(tensor => new SafetensorsSource(tensor.Name, tensor.Dtype, tensor.Shape, target => target.Write(tensor.Bytes))),
            new Dictionary<string, string> { ["format"] = "pt" }
        );
    }
}
