using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Seal.Client.BaseModels;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;

namespace Seal.Client.Commands;

/// <summary><c>seal model train</c>: a LoRA adapter on given batches of token ids.</summary>
internal static class TrainAdapterCommand
{
    private const string Help = """
        batches.json: {"lr": 1e-3, "warmup": 2, "total": 8, "clip": 1.0,
                       "steps": [{"input_ids": [[…],…], "labels": [[…],…], "attention_mask": [[…],…]}, …]}
          lr               peak learning rate of AdamW (betas 0.9, 0.999; eps 1e-8); weight_decay may be given, else it is 0
          warmup, total    steps of linear warm-up from 0, and steps until the cosine after it reaches 0; without total the rate stays
          clip             largest gradient norm over all parameters; 0 or absent for none
          labels           not shifted: the token id where it counts in the loss, -100 where not; absent: every token counts
          attention_mask   1 for text, 0 for padding on the right; absent: no padding
        input_ids, labels and attention_mask may also stand beside lr, with one dimension more: [steps][rows][tokens].

        --adapter is a PEFT folder. What is in it is trained on and written back (or to --output). With adapter_config.json alone, A is
        drawn by --seed and B is 0; a folder that is not there is made, with --rank, --alpha and --targets. With --json prints
        {"losses":[…],"learningRates":[…],"gradientNorms":[…],"adapter":"…"}: the loss of each step before its update.
        Exit codes: 0 trained and written; 2 model, adapter or input cannot be used; 3 loss or gradient are no longer finite, nothing is
        written; 130 interrupted.

        Example:
          seal model train models/Llama-3.2-1B-Instruct --adapter my-adapter --input batches.json --json
        """;

    public static Command Create()
    {
        var (folder, json) = (TokenCommands.ModelFolder(), CommonOptions.Json());
        var adapter = new Option<string>("--adapter")
        {
            Description = "PEFT folder of the adapter to train.",
            Required = true,
            HelpName = "folder",
        };
        var output = new Option<string?>("--output")
        {
            Description = "Folder to write the trained adapter to; --adapter's if not given.",
            HelpName = "folder",
        };
        var input = TokenCommands.Input("Batches and schedule, see below.");
        var rank = new Option<int>("--rank")
        {
            Description = "Rank of a new adapter.",
            DefaultValueFactory = _ => DeltaSpec.PaperInner.Rank,
            HelpName = "r",
        }.InRange(1, 1024);
        var alpha = new Option<double>("--alpha")
        {
            Description = "Alpha of a new adapter.",
            DefaultValueFactory = _ => DeltaSpec.PaperInner.Alpha,
            HelpName = "a",
        }.InRange(1e-6, 65536);
        var targets = new Option<string[]>("--targets")
        {
            Description = "Projections of a new adapter.",
            DefaultValueFactory = _ => [.. DeltaSpec.PaperInner.Targets],
            HelpName = "q_proj …",
            AllowMultipleArgumentsPerToken = true,
        };
        targets.AcceptOnlyFromAmong([.. ProjectionExtensions.All.Select(projection => projection.ShortName())]);
        var seed = new Option<long>("--seed")
        {
            Description = "Draws the A of a new adapter.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        }.InRange(0, long.MaxValue);
        var (dtype, device) = (TokenCommands.Dtype(), TokenCommands.Device());
        var checkpointing = new Option<bool>("--checkpointing")
        {
            Description = "Compute layers again for their gradient: a third more work for a fraction of the memory.",
        };
        var command = new Command("train", "Train a LoRA adapter on given batches, as PEFT and Hugging Face's trainer would.")
        {
            folder,
            adapter,
            output,
            input,
            rank,
            alpha,
            targets,
            seed,
            dtype,
            device,
            checkpointing,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted; nothing was written.", cancellation);
                var (source, start) = (parsed.GetValue(folder)!, parsed.GetValue(adapter)!);
                using var model = TokenCommands.Open(source, null, parsed.GetValue(dtype)!, parsed.GetValue(device)!);
                model.Execution = model.Execution with { Checkpointing = parsed.GetValue(checkpointing) };
                var work = TrainingInput.Read(parsed.GetValue(input)!, model.Config.VocabularySize, model.Config.ContextLength);
                var drawn = new Seed((ulong)parsed.GetValue(seed));
                using var training =
                    File.Exists(Path.Combine(start, PeftConfig.FileName))
                    || File.Exists(Path.Combine(start, PeftFolder.WeightsFile))
                    || File.Exists(start)
                        ? AdapterTraining.Open(model, start, drawn)
                        : AdapterTraining.New(model, parsed.GetValue(rank), parsed.GetValue(alpha), parsed.GetValue(targets)!, drawn, source);
                var target = parsed.GetValue(output) ?? start;
                var (steps, seconds) = Train(training, work, target, cancellation);
                Terminal.Tell($"The adapter is in {target}.");
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            losses = steps.Select(step => step.Loss),
                            learningRates = steps.Select(step => step.LearningRate),
                            gradientNorms = steps.Select(step => step.GradientNorm),
                            seconds,
                            adapter = target,
                        }
                    );
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    /// <summary>All steps and the seconds that each took.</summary>
    private static (List<AdapterStep> Steps, List<double> Seconds) Train(
        AdapterTraining training,
        TrainingInput work,
        string target,
        CancellationToken cancellation
    )
    {
        var (steps, seconds) = (new List<AdapterStep>(), new List<double>());
        try
        {
            foreach (var batch in work.Batches)
            {
                cancellation.ThrowIfCancellationRequested();
                var started = Stopwatch.GetTimestamp();
                steps.Add(training.Step(batch, work.Schedule, steps.Count));
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                Terminal.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {steps.Count} of {work.Batches.Count}: loss {steps[^1].Loss:F4}, learning rate {steps[^1].LearningRate:G4}, gradient "
                            + $"norm {steps[^1].GradientNorm:G4}"
                    )
                );
            }

            training.Save(target);
            return (steps, seconds);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Failures, $"Stopped, nothing was written: {e.Message}. A lower lr, or clip, may help.", e);
        }
    }
}
