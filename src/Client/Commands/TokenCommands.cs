using System.CommandLine;
using System.Globalization;
using System.Text;
using Seal.Client.BaseModels;
using Seal.Core.Randomness;
using Seal.Models;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;

namespace Seal.Client.Commands;

/// <summary><c>seal model logits</c> and <c>generate</c>: a checkpoint by itself, in token ids, for comparing with other implementations.</summary>
internal static class TokenCommands
{
    private const string LogitsHelp = """
        Computes in fp32, whatever the file's dtype, unless --dtype says otherwise. ids.json holds rows of equal length: [[1, 2, 3], [4, 5, 6]]
        With --json prints {"shape":[B,T,V],"logits":[…]}: B rows, T tokens, V the vocabulary; flat, row-major.
        Exit codes: 0 done; 2 the model, the adapter or the input cannot be used; 130 interrupted.

        Example:
          seal model logits models/Llama-3.2-1B-Instruct --adapter my-adapter --input ids.json --json
        """;

    private const string GenerateHelp = """
        ids.json holds rows of equal length. With --json prints {"ids":[[…],…]}: the new ids of each row, without the prompt. With
        --temperature 0 the likeliest token is taken each time (the smallest id where two are equal). A continuation has --max-new-tokens
        ids, unless --stop names an id that ends it (it is not printed).
        Exit codes: 0 done; 2 the model, the adapter or the input cannot be used; 130 interrupted.

        Example:
          seal model generate models/Llama-3.2-1B-Instruct --input ids.json --max-new-tokens 32 --temperature 0 --stop 128009 --json
        """;

    public static Command Logits()
    {
        var (folder, adapter, input, json) = (ModelFolder(), Adapter(), Input("Rows of token ids, [[1,2,…],…]."), CommonOptions.Json());
        var (dtype, device) = (Dtype(), Device());
        var command = new Command("logits", "The logits of a checkpoint for rows of token ids.")
        {
            folder,
            adapter,
            input,
            dtype,
            device,
            json,
        }.WithPage(LogitsHelp);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted.", cancellation);
                using var model = Open(parsed.GetValue(folder)!, parsed.GetValue(adapter), parsed.GetValue(dtype)!, parsed.GetValue(device)!);
                var rows = Rows(parsed.GetValue(input)!, model);
                var logits = rows.Select(row =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        var values = TokenRuns.Logits(model, row);
                        return Array.TrueForAll(values, float.IsFinite)
                            ? values
                            : throw new CommandException(
                                ExitCode.Usage,
                                $"{parsed.GetValue(folder)}: the logits are not finite, which JSON cannot say; the weights hold NaN or overflow."
                            );
                    })
                    .ToArray();
                var (b, t, v) = (rows.Length, rows[0].Length, model.Config.VocabularySize);
                Terminal.Tell(FormattableString.Invariant($"logits [{b}, {t}, {v}]"));
                if (parsed.GetValue(json))
                {
                    Write(logits, FormattableString.Invariant($"{{\"shape\":[{b},{t},{v}],\"logits\":["));
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    public static Command Generate()
    {
        var (folder, adapter, input, json) = (ModelFolder(), Adapter(), Input("Rows of token ids, [[1,2,…],…]."), CommonOptions.Json());
        var most = new Option<int>("--max-new-tokens")
        {
            Description = "Ids to add to each row.",
            DefaultValueFactory = _ => 32,
            HelpName = "n",
        }.InRange(1, 1 << 20);
        var temperature = new Option<double>("--temperature")
        {
            Description = "0 for the likeliest token, else divides the logits before drawing.",
            DefaultValueFactory = _ => 0,
            HelpName = "t",
        }.InRange(0, 100);
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of what is drawn.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        }.InRange(0, long.MaxValue);
        var stop = new Option<int>("--stop")
        {
            Description = "An id that ends a continuation.",
            DefaultValueFactory = _ => -1,
            HelpName = "id",
        };
        var (dtype, device) = (Dtype(), Device());
        var command = new Command("generate", "Continuations of rows of token ids.")
        {
            folder,
            adapter,
            input,
            most,
            temperature,
            seed,
            stop,
            dtype,
            device,
            json,
        }.WithPage(GenerateHelp);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted.", cancellation);
                var heat = parsed.GetValue(temperature);
                if (double.IsNaN(heat))
                {
                    throw new CommandException(ExitCode.Usage, "--temperature: NaN is no temperature; expected a number in 0..100.");
                }

                using var model = Open(parsed.GetValue(folder)!, parsed.GetValue(adapter), parsed.GetValue(dtype)!, parsed.GetValue(device)!);
                var rows = Rows(parsed.GetValue(input)!, model);
                var (count, end) = (parsed.GetValue(most), parsed.GetValue(stop));
                if (rows[0].Length + count > model.Config.ContextLength)
                {
                    throw new CommandException(
                        ExitCode.Usage,
                        $"{rows[0].Length} tokens and {count} new ones are over the model's context of {model.Config.ContextLength}; lower "
                            + $"--max-new-tokens."
                    );
                }

                IReadOnlyList<int[]> ids;
                try
                {
                    ids =
                        heat == 0
                            ? TokenRuns.Greedy(model, rows, count, end, cancellation)
                            : TokenRuns.Sample(model, rows, count, heat, new Seed((ulong)parsed.GetValue(seed)), end, cancellation);
                }
                catch (InvalidOperationException e)
                {
                    throw new CommandException(ExitCode.Usage, $"{parsed.GetValue(folder)}: {e.Message}", e);
                }

                Terminal.Tell(FormattableString.Invariant($"{ids.Sum(row => row.Length)} new ids in {ids.Count} rows"));
                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { ids });
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    /// <summary>A model folder as an argument.</summary>
    public static Argument<string> ModelFolder() =>
        new("folder") { Description = "A Hugging Face folder: config.json, model.safetensors or shards with their index." };

    /// <summary>An adapter that is applied.</summary>
    public static Option<string?> Adapter() =>
        new("--adapter")
        {
            Description = "A PEFT folder (adapter_config.json, adapter_model.safetensors), or an adapter file of a store.",
            HelpName = "folder",
        };

    public static Option<string> Dtype()
    {
        var dtype = new Option<string>("--dtype")
        {
            Description = "What matrices are kept and multiplied in: fp32, bf16, or auto for what the file has.",
            DefaultValueFactory = _ => "fp32",
            HelpName = "dtype",
        };
        dtype.AcceptOnlyFromAmong("fp32", "bf16", ModelDtypes.Auto);
        return dtype;
    }

    public static Option<string> Device() =>
        new("--device")
        {
            Description = "cpu, cuda, cuda:1, or cuda:0+cuda:1 for the layers of one model.",
            DefaultValueFactory = _ => "cpu",
            HelpName = "device",
        };

    public static Option<string> Input(string description) =>
        new("--input")
        {
            Description = description,
            Required = true,
            HelpName = "file",
        };

    /// <summary>The model, with the adapter merged into it if one is given.</summary>
    public static LlamaModel Open(string folder, string? adapter, string dtype, string device)
    {
        LlamaModel model;
        try
        {
            var devices = DeviceMap.Parse(device);
            model = LlamaModel.Load(
                folder,
                ModelDtypes.Parse(dtype, dtype == ModelDtypes.Auto ? LlamaModel.StoredDtype(folder) : ModelDtype.Fp32),
                devices
            );
        }
        catch (ArgumentException refused)
        {
            throw new CommandException(ExitCode.Usage, refused.Message, refused);
        }

        model.Execution = new Execution(Threads: Environment.ProcessorCount);
        if (adapter is null)
        {
            return model;
        }

        using (model)
        {
            return PeftFolder.Apply(model, AdapterCommands.Located(adapter));
        }
    }

    private static int[][] Rows(string path, LlamaModel model)
    {
        using var document = TokenRows.Open(path);
        var rows = TokenRows.Read(document.RootElement, path, 0, model.Config.VocabularySize - 1, "token id");
        return rows[0].Length <= model.Config.ContextLength
            ? rows
            : throw TokenRows.Wrong(
                path,
                $"rows have {rows[0].Length} tokens, the model's context is {model.Config.ContextLength} (max_position_embeddings)"
            );
    }

    // Shortest digits that read back as the same float.
    private static void Write(float[][] rows, string head)
    {
        const int Room = 1 << 16;
        var text = new StringBuilder(head, Room);
        var first = true;
        foreach (var value in rows.SelectMany(row => row))
        {
            text.Append(first ? "" : ",").Append(CultureInfo.InvariantCulture, $"{value:R}");
            first = false;
            if (text.Length > Room - 64)
            {
                Terminal.PartOfDocument(text.ToString());
                text.Clear();
            }
        }

        Terminal.Document(text.Append("]}").ToString());
    }
}
