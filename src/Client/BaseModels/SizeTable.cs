using Seal.Client.Display;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Sizing;

namespace Seal.Client.BaseModels;

/// <summary>What a model needs in memory for each kind of work, and whether a device has it.</summary>
/// <param name="Length">Tokens of a text.</param>
/// <param name="Batch">Texts side by side.</param>
/// <param name="DeviceBytes">The device's memory.</param>
/// <param name="Cards">Devices that share the layers; rows are of the fullest one.</param>
/// <param name="Rows">One a kind of work.</param>
internal sealed record SizeTable(int Length, int Batch, long DeviceBytes, int Cards, IReadOnlyList<SizeRow> Rows)
{
    private static readonly int[] Ranks = [8, 16, 64, 128];

    /// <exception cref="ArgumentException">There are more cards than layers.</exception>
    public static SizeTable Of(LlamaConfig config, int length, int batch, long deviceBytes, int cards = 1)
    {
        var rows = new List<SizeRow>();
        foreach (var (dtype, bytes) in new[] { ("bf16", 2), ("fp32", 4) })
        {
            var sizing = new ModelSizing(config, bytes);
            void Add(string work, long trained, MemoryNeed whole)
            {
                var need = sizing.Fullest(whole, cards, trained == sizing.Parameters);
                rows.Add(
                    new SizeRow(
                        work,
                        dtype,
                        trained,
                        need.Total + ModelSizing.Process,
                        need.Weights,
                        need.Trained,
                        need.Activations + need.Scratch + need.Logits,
                        need.Total + ModelSizing.Process <= deviceBytes
                    )
                );
            }

            Add("inference", 0, sizing.Inference(length, batch));
            foreach (var rank in Ranks)
            {
                var delta = DeltaSpec.PaperInner with { Rank = rank };
                Add($"LoRA, rank {rank}", sizing.DeltaParameters(delta), sizing.Training(delta, length, batch));
                if (rank == DeltaSpec.PaperInner.Rank)
                {
                    Add(
                        $"LoRA, rank {rank}, checkpointing",
                        sizing.DeltaParameters(delta),
                        sizing.Training(delta, length, batch, checkpointing: true)
                    );
                }
            }

            var full = new DeltaSpec(DeltaKind.Full, 0, 0, []);
            Add("full", sizing.DeltaParameters(full), sizing.Training(full, length, batch));
        }

        return new SizeTable(length, batch, deviceBytes, cards, rows);
    }

    public FittedTable ToTable()
    {
        var table = new FittedTable(
            $"memory of one device slot, texts of {Length} tokens, {Batch} at a time; {(Cards > 1 ? $"the fullest of {Cards} cards, each with" : "the device has")} {Bytes.Text(DeviceBytes)}",
            "work",
            "weights in",
            Column.Number("trained"),
            Column.Number("memory"),
            Column.Number("weights"),
            Column.Number("optimizer"),
            Column.Number("activations"),
            "fits"
        );

        foreach (var row in Rows)
        {
            table.AddRow(
                row.Work,
                row.Dtype,
                row.TrainedParameters == 0 ? "" : FormattableString.Invariant($"{row.TrainedParameters / 1e6:0.0} M"),
                Bytes.Text(row.Bytes),
                Bytes.Text(row.WeightBytes),
                row.OptimizerBytes == 0 ? "" : Bytes.Text(row.OptimizerBytes),
                Bytes.Text(row.ActivationBytes),
                row.Fits ? "yes" : "no"
            );
        }

        return table;
    }
}

/// <param name="Work">Inference, or what is trained.</param>
/// <param name="Dtype">What matrices are kept in.</param>
/// <param name="TrainedParameters">Trained numbers.</param>
/// <param name="Bytes">All together, the process too.</param>
/// <param name="WeightBytes">The model, and merged weights beside it.</param>
/// <param name="OptimizerBytes">Trained values, gradients, moments.</param>
/// <param name="ActivationBytes">What a pass keeps.</param>
/// <param name="Fits">Whether the device has as much.</param>
internal sealed record SizeRow(
    string Work,
    string Dtype,
    long TrainedParameters,
    long Bytes,
    long WeightBytes,
    long OptimizerBytes,
    long ActivationBytes,
    bool Fits
);
