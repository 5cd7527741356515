using System.CommandLine;
using System.Globalization;
using Seal.Client.BaseModels;
using Seal.Client.Display;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;
using Spectre.Console;

namespace Seal.Client.Commands;

/// <summary><c>seal model</c>: make a small base model, load one, look at any.</summary>
internal static class ModelCommand
{
    private const string Help = """
        Examples:
          seal model pretrain models/mine --minutes 10
          seal model fetch hf:Qwen/Qwen2.5-0.5B-Instruct
          seal model inspect models/grid-mini
          seal model logits models/Llama-3.2-1B-Instruct --input ids.json --json
        """;

    private const string PretrainHelp = """
        One core. The same command goes on after Ctrl-C, a kill or a power cut, from the last checkpoint in
        <folder>.work, and with --steps ends with the same bytes as an undisturbed run. <folder>.work/latest has the model of the latest
        evaluation.
        Exit codes: 0 trained; 2 an option is out of range, or <folder>.work is another run's; 3 the loss is no longer finite; 5 cannot be
        written; 130 interrupted.

        Examples:
          seal model pretrain models/mine --minutes 10
          seal model pretrain models/tiny --steps 400 --hidden 64 --layers 2 --max-side 4
          seal model pretrain models/world-1 --corpus knowledge/level-1
        """;

    private const string InspectHelp = """
        The table counts what a device slot holds: weights, adapter with gradient and moments, activations, logits. It is an estimate from
        the shape, within a fifth of what was measured at 1024 tokens; small models at short lengths are over-counted. LoRA is the paper's:
        on q, v, gate, up and down. Device slots of a process (--workers) share the weights.

        Examples:
          seal model inspect models/grid-mini
          seal model inspect models/Llama-3.2-1B-Instruct --length 8192 --batch 2 --memory 80GB --json
        """;

    public static Command Create() =>
        new Command("model", "Make or load a base model, look at model folders, run and train a checkpoint in token ids.")
        {
            Pretrain(),
            FetchCommand.Create(),
            Inspect(),
            TokenCommands.Logits(),
            TokenCommands.Generate(),
            TokenizeCommand.Create(),
            TrainAdapterCommand.Create(),
            RandomModelCommand.Create(),
            AdapterCommands.Merge(),
            AdapterCommands.Export(),
        }.WithPage(Help);

    private static Command Pretrain()
    {
        var shipped = new PretrainOptions("", "");
        var output = new Argument<string>("folder")
        {
            Description = "The model folder to make, e.g. models/mine. <folder>.work beside it holds checkpoint and logs.",
        };
        var corpus = new Option<string>("--corpus")
        {
            Description = $"What it is trained on: {string.Join(", ", PretrainCorpora.Names)}.",
            DefaultValueFactory = _ => PretrainCorpora.Grid,
        };
        var steps = Number(
            "--steps",
            $"Optimizer steps; for a corpus other than {PretrainCorpora.Grid} as many as it needs. A run that has not begun to decay may be gone on with "
                + "as a longer or shorter one.",
            shipped.Steps
        );
        var minutes = Minutes();
        var decay = Number("--decay-steps", "The last steps, over which the learning rate falls to 0; about a quarter of the steps if not given.", 0);
        var hidden = Number("--hidden", "Width of the model.", shipped.HiddenSize);
        var layers = Number("--layers", "Decoder layers.", shipped.Layers);
        var heads = Number("--heads", "Attention heads.", shipped.Heads);
        var maxSide = Number("--max-side", "With --corpus grid: longest grid side of the generated tasks.", GridCorpus.ShippedMaxSide);
        var maxTokens = Number(
            "--max-tokens",
            $"Longest text in tokens; for a corpus other than {PretrainCorpora.Grid} that of its longest text.",
            shipped.MaxTokens
        );
        var seed = Number("--seed", "Seed of texts, initial weights and order.", 1);
        var tensorBoard = new Option<bool>("--tensorboard") { Description = "Write TensorBoard event files too." };
        var json = CommonOptions.Json();
        var command = new Command(
            "pretrain",
            "Train a small decoder from nothing on generated texts. Run the same command again to go on after a kill or Ctrl-C."
        )
        {
            output,
            corpus,
            steps,
            minutes,
            decay,
            hidden,
            layers,
            heads,
            maxSide,
            maxTokens,
            seed,
            tensorBoard,
            json,
        }.WithPage(PretrainHelp);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(minutes) is { Implicit: false }
                && (result.GetResult(steps) is { Implicit: false } || result.GetResult(decay) is { Implicit: false })
            )
            {
                result.AddError("--minutes, or --steps with --decay-steps: give one of the two.");
            }
        });
        command.SetAction(
            (parsed, cancellation) =>
            {
                var folder = Path.TrimEndingDirectorySeparator(parsed.GetValue(output)!);
                var texts = PretrainCorpora.Of(parsed.GetValue(corpus)!);
                if (!texts.HasGrids && parsed.GetResult(maxSide) is { Implicit: false })
                {
                    throw new CommandException(ExitCode.Usage, $"--max-side: the texts of {texts.Name} have no grids; leave it out.");
                }

                var usual = texts.Usual;
                var total = parsed.GetResult(steps) is { Implicit: false } ? parsed.GetValue(steps) : usual.Steps;
                var longest = parsed.GetResult(maxTokens) is { Implicit: false } ? parsed.GetValue(maxTokens) : usual.MaxTokens;
                var options = usual with
                {
                    Output = folder,
                    Work = folder + ".work",
                    Steps = total,
                    DecaySteps =
                        parsed.GetValue(decay) is > 0 and var given ? given
                        : total == usual.Steps ? usual.DecaySteps
                        : total / 4,
                    WarmupSteps = Math.Min(usual.WarmupSteps, total / 10),
                    HiddenSize = parsed.GetValue(hidden),
                    Layers = parsed.GetValue(layers),
                    Heads = parsed.GetValue(heads),
                    MaxTokens = longest,
                    BatchTokens = Math.Max(usual.BatchTokens, longest),
                    ContextLength = Math.Max(usual.ContextLength, longest),
                    Seed = (ulong)parsed.GetValue(seed),
                    TensorBoard = parsed.GetValue(tensorBoard),
                };
                var resume = Invocation.Command(parsed.Tokens.Select(token => token.Value));
                var time = parsed.GetValue(minutes) is { } value ? TimeSpan.FromMinutes(value) : (TimeSpan?)null;
                var evaluation = Run(options, texts, parsed.GetValue(maxSide), time, resume, cancellation);
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            model = folder,
                            sha256 = Core.Engines.ModelFolder.ContentHash(folder),
                            evaluation.HeldOutLoss,
                            evaluation.Solved,
                            evaluation.Probes,
                        }
                    );
                }

                Terminal.Tell($"The model is in {folder}; {evaluation.Solved} of {evaluation.Probes} probes exact (card.md has them by family).");
                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    private static PretrainEvaluation Run(
        PretrainOptions options,
        PretrainTexts texts,
        int maxSide,
        TimeSpan? time,
        string resume,
        CancellationToken cancellation
    )
    {
        var vocabulary = texts.Vocabulary;
        try
        {
            var corpus = texts.Create(options.MaxTokens, maxSide, options.Seed);
            var settled = time is { } limit
                ? TimedPretraining.Settle(
                    options,
                    limit,
                    (level, progress, stop) => Pretrainer.Run(level, vocabulary, corpus, TimeProvider.System, new Lines(progress), stop),
                    cancellation
                )
                : options;
            cancellation.ThrowIfCancellationRequested();
            return Pretrainer.Run(settled, vocabulary, corpus, TimeProvider.System, new Lines(null), cancellation);
        }
        catch (ArgumentException refused)
        {
            throw new CommandException(ExitCode.Usage, refused.Message, refused);
        }
        catch (OperationCanceledException)
        {
            Terminal.Say($"Stopped; the checkpoint is written. The same command goes on from it:\n  {resume}");
            throw;
        }
        catch (InvalidOperationException failed)
        {
            throw new CommandException(ExitCode.Failures, failed.Message, failed);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{options.Work} or {options.Output} cannot be written: {refused.Message}\nMake room (or mend the permissions) and go on with:\n  "
                    + $"{resume}",
                refused
            );
        }
    }

    private static Command Inspect()
    {
        var folder = new Argument<string>("folder") { Description = "A model folder: config.json, safetensors, tokenizer.json." };
        var json = CommonOptions.Json();
        var length = Number("--length", "Tokens of a text, for the table of memory.", 2048);
        var batch = Number("--batch", "Texts side by side, for the table of memory.", 2);
        var memory = CommonOptions.Memory();
        var cards = Number("--cards", "Cards that share the model's layers (--device cuda:0+cuda:1), for the table of memory.", 1);
        var command = new Command(
            "inspect",
            "Say what a model folder holds, and what it needs in memory. Exit 2 if it cannot be used, 4 if it is not there."
        )
        {
            folder,
            length,
            batch,
            memory,
            cards,
            json,
        }.WithPage(InspectHelp);
        command.SetAction(parsed =>
        {
            var model = ModelSummary.Read(
                parsed.GetValue(folder)!,
                parsed.GetValue(length),
                parsed.GetValue(batch),
                CommonOptions.ReadMemory(parsed.GetValue(memory)),
                parsed.GetValue(cards)
            );
            var table = new FittedTable(null, "", "");
            foreach (var (name, value) in model.Rows())
            {
                table.AddRow(Markup.Escape(name), Markup.Escape(value));
            }

            Terminal.Tell(table);
            Terminal.Tell(model.Memory.ToTable());
            if (model.Problem is { } problem)
            {
                throw new CommandException(ExitCode.Usage, problem);
            }

            if (parsed.GetValue(json))
            {
                Terminal.Document(model);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<double?> Minutes()
    {
        var minutes = new Option<double?>("--minutes") { Description = "Train for about this long instead of for --steps.", HelpName = "n" };
        minutes.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && !(
                    double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && value is >= 0.1 and <= 100_000
                )
            )
            {
                result.AddError("--minutes: must be in 0.1..100000.");
            }
        });
        return minutes;
    }

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            )
            {
                result.AddError($"{name} must be a positive number; got {result.Tokens[0].Value}.");
            }
        });
        return option;
    }

    private sealed class Lines(IProgress<PretrainProgress>? also) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value)
        {
            also?.Report(value);
            Terminal.Say(PretrainLines.Of(value));
        }
    }
}
