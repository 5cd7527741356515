using Seal.Arc.Generators;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests;

/// <summary>
/// Hashes of what the domain makes of settings, task, self-edit and seed. A domain that trains or judges otherwise under the same name would share
/// a cache with builds that did not, and go on with their sweeps.
/// </summary>
public sealed class TrialBitsTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly ModelInfo Model = new(Vocabulary, 4096, UsesGridPositions: true);
    private static readonly TaskDocument[] Tasks =
    [
        .. ArcTaskSource.Generate(["halves", "frame", "gravity"], 3, seed: 1, maxSide: 7).Select(ArcTaskJson.ToDocument),
    ];

    [Theory]
    [InlineData("paper", "f143b7afa18766f87f209b5dca9efe6d1ccfb283221f58c48886ae158e13eef3")]
    [InlineData("mini-core", "05b5a458754642ad7e287d197c92a4113c650264f05d5d589af42c6aeb154d86")]
    [InlineData("mini-16", "8cf834642aa6695563cecfd9336091ccc6a6537ae8f68d20ca84c088854af84a")]
    public void PlanInnerLoop_OfASchema_GivesTheTrainingThatIsWrittenDown(string schema, string expected)
    {
        var session = Session(schema);
        var edits = Edits(session);
        Expect(
            expected,
            SealJson.Hash(
                from task in Tasks
                from edit in edits
                from seed in new ulong[] { 1, 2 }
                select session.PlanInnerLoop(task, edit, new Seed(seed))
            )
        );
    }

    [Theory]
    [InlineData(EvaluationKind.Plain, "all", "789b18062d1da911918e9cdd5321132417f1cf75d803b58a19b774c21d66c058")]
    [InlineData(EvaluationKind.Shown, "all", "70cb49ef8a1f56f40e3b3c9ade0b5b6055f8e2ce2270d9740cc5a77d6d0a318b")]
    [InlineData(EvaluationKind.Vote, "all", "fd078e9c6bc681e041b3cc26c94fbbbfba3c856c4c2e25c05dcc13e504f15d08")]
    [InlineData(EvaluationKind.Vote, "unsettled", "16e29219870d9ce649b7937869a614d4ea1bde1d72096d02ab212ffc0df9559d")]
    public void Evaluate_OfAKind_AsksAndJudgesAsIsWrittenDown(EvaluationKind kind, string decode, string expected)
    {
        var (session, format, parts) = (Session("mini-16", decode), new GridPromptFormat(Vocabulary), new List<string>());
        foreach (var task in Tasks)
        {
            // Right where the input has an even number of cells, else it answers with the input.
            var known = ArcTaskJson.Parse(task);
            var model = new ScriptedModel(
                format,
                Model,
                question =>
                    ScriptedModel.InputOf(format, question) is var input && (input.Width * input.Height % 2 == 0) ? known.Test[0].Output : input
            );
            foreach (var edit in Edits(session).Take(3))
            {
                parts.Add(SealJson.Hash(session.Evaluate(model, null, task, edit, kind, new Seed(5), default)));
            }

            parts.Add(SealJson.Hash(model.Scored));
            parts.Add(
                SealJson.Hash(
                    model.Generated.Select(request => new
                    {
                        request.Prompt,
                        Stop = request.Stop.Ids.Single(),
                        request.MaxNewTokens,
                    })
                )
            );
        }

        Expect(expected, SealJson.Hash(parts));
    }

    [Fact]
    public void Prompt_OfATask_IsAsWrittenDownAndSoIsWhatTheUpdateLearns()
    {
        var session = Session("paper");
        var edit = Edits(session)[0];
        Expect(
            "5c1725919e39a012937b23553c8023e9676ba7f210710af1c4ae1a7caa39fd8b",
            SealJson.Hash(Tasks.Select(task => new { session.Prompt(task).Tokens, Update = session.UpdateSequence(task, edit) }))
        );
    }

    private static IDomainSession Session(string schema, string decode = "all") =>
        new ArcDomain().Open(
            new RunSettings(
                "arc",
                new(),
                new(schema),
                new(Batch: 4, WarmupSteps: 8, MaxTexts: 40),
                new(),
                new(),
                new(Views: 6, Decode: decode, Demonstrations: true)
            ),
            Model
        );

    /// <summary>Six self-edits from all over the schema.</summary>
    private static string[] Edits(IDomainSession session)
    {
        var random = new CounterRandom(new Seed(3));
        return [.. Enumerable.Range(0, 6).Select(_ => session.Space!.Random(random))];
    }

    private static void Expect(string expected, string found) =>
        Assert.True(
            expected == found,
            $"What a trial is changed: {expected} was written down, {found} is found. If that is meant, raise NumericClassName.Version in this "
                + $"commit and write the new hashes here and in tests/Models/data/engine-bits.tsv; "
                + "results of sweeps change with it."
        );
}
