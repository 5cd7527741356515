using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;

namespace Seal.Client.Commands;

/// <summary><c>seal model</c>: make a small base model.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "Make base models.") { Pretrain() };

    private static Command Pretrain()
    {
        var shipped = new PretrainOptions("", "");
        var output = new Argument<string>("folder") { Description = "The model folder to make, e.g. models/mine. <folder>.work beside it holds checkpoint and logs." };
        var steps = Number("--steps", "Optimizer steps. A run that has not begun to decay may be gone on with as a longer or shorter one.", shipped.Steps);
        var decay = Number("--decay-steps", "The last steps, over which the learning rate falls to 0; a quarter of the steps if not given.", 0);
        var hidden = Number("--hidden", "Width of the model.", shipped.HiddenSize);
        var layers = Number("--layers", "Decoder layers.", shipped.Layers);
        var heads = Number("--heads", "Attention heads.", shipped.Heads);
        var maxSide = Number("--max-side", "Longest grid side of the generated tasks.", GridCorpus.ShippedMaxSide);
        var maxTokens = Number("--max-tokens", "Longest text in tokens.", shipped.MaxTokens);
        var seed = Number("--seed", "Seed of texts, initial weights and order.", 1);
        var tensorBoard = new Option<bool>("--tensorboard") { Description = "Write TensorBoard event files too." };
        var json = CommonOptions.Json();
        var command = new Command(
            "pretrain", "Train a small decoder from nothing on generated tasks. Run the same command again to go on after a kill or Ctrl-C.")
        {
            output, steps, decay, hidden, layers, heads, maxSide, maxTokens, seed, tensorBoard, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var folder = Path.TrimEndingDirectorySeparator(parsed.GetValue(output)!);
            var total = parsed.GetValue(steps);
            var options = shipped with
            {
                Output = folder,
                Work = folder + ".work",
                Steps = total,
                DecaySteps = parsed.GetValue(decay) is > 0 and var given ? given : total / 4,
                WarmupSteps = Math.Min(shipped.WarmupSteps, total / 10),
                HiddenSize = parsed.GetValue(hidden),
                Layers = parsed.GetValue(layers),
                Heads = parsed.GetValue(heads),
                MaxTokens = parsed.GetValue(maxTokens),
                BatchTokens = Math.Max(shipped.BatchTokens, parsed.GetValue(maxTokens)),
                ContextLength = Math.Max(shipped.ContextLength, parsed.GetValue(maxTokens)),
                Seed = (ulong)parsed.GetValue(seed),
                TensorBoard = parsed.GetValue(tensorBoard),
            };
            var evaluation = Run(options, parsed.GetValue(maxSide), cancellation);
            if (parsed.GetValue(json))
            {
                Terminal.Document(new { model = folder, sha256 = Core.Engines.ModelFolder.ContentHash(folder), evaluation.HeldOutLoss, evaluation.Solved, evaluation.Probes });
            }

            Terminal.Say($"The model is in {folder}; {evaluation.Solved} of {evaluation.Probes} probes solved in context (card.md has them by family).");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static PretrainEvaluation Run(PretrainOptions options, int maxSide, CancellationToken cancellation)
    {
        var tokenizer = GridTokenizer.CreateDefault();
        try
        {
            return Pretrainer.Run(
                options, tokenizer, GridCorpus.Create(tokenizer, options.MaxTokens, maxSide, options.Seed), TimeProvider.System, new Lines(), cancellation);
        }
        catch (ArgumentException refused)
        {
            throw new CommandException(ExitCode.Usage, refused.Message, refused);
        }
        catch (OperationCanceledException)
        {
            Terminal.Say("Stopped; the checkpoint is written. The same command goes on from it.");
            throw;
        }
    }

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "n", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0
                && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                result.AddError($"{name} must be a positive number; got {result.Tokens[0].Value}.");
            }
        });
        return option;
    }

    private sealed class Lines : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => Terminal.Say(PretrainLines.Of(value));
    }
}
