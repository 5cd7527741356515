namespace Seal.EndToEnd.Support;

/// <summary>The generated world with a model that knows nothing: sweeps over it are a matter of seconds.</summary>
internal static class TinyWorld
{
    /// <summary>Pretrains a model of one layer for four steps.</summary>
    /// <returns>Its folder.</returns>
    public static async Task<string> Model(TemporaryFolder folder)
    {
        var model = folder.At("world");
        string[] pretrain =
        [
            "model",
            "pretrain",
            model,
            "--corpus",
            "knowledge/level-1",
            "--steps",
            "4",
            "--decay-steps",
            "1",
            "--hidden",
            "16",
            "--layers",
            "1",
            "--heads",
            "1",
        ];
        var exit = await SealProcess.Run(pretrain);
        return exit.Code == 0 ? model : throw new InvalidOperationException($"The model was not made: {exit}");
    }

    /// <summary>Every row of the shipped sweep of chains, over chains of three passages.</summary>
    public static SweepRun Chains(string model, string store) =>
        new(Repository.Sweep("knowledge/chains.toml"), store)
        {
            Workers = 1,
            Set =
            [
                $"model.path={model}",
                "tasks.evaluate_families=[\"level-1-by-3\"]",
                "tasks.evaluate_count=2",
                "tasks.train_count=2",
                "proposal.candidates=2",
                "proposal.max_new_tokens=40",
                "knowledge.steps=4",
                "knowledge.background_questions=8",
            ],
        };
}
