using System.Collections.Concurrent;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Grammars;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Policies;

/// <summary>Which weights the inner loops of each phase begin with.</summary>
public sealed class AgainTests
{
    [Fact]
    public async Task Again_OfEachRound_FineTunesThePolicyThatGaveTheRoundItsRewards()
    {
        var log = new ConcurrentBag<(string Model, ulong Seed)>();
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, engine: () => new WatchedEngine(new FakeEngine(new CharacterTokenizer()), log));
        var whole = await TestGrid.Submission(store, rounds: 2);
        var context = whole.Runs[0].Context;
        var run = context with { Settings = context.Settings with { Evaluate = new EvaluateSettings(EvaluateWhen.Last, Again: true) } };
        await TestGrid.RunToEnd(host, whole with { Runs = [whole.Runs[0] with { Context = run }] });
        var record = Assert.Single(SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes).Runs);

        // Base model, and one adapter for each of the two rounds: the three policies are three models.
        Assert.Equal(3, record.Policies.Count);
        foreach (var (round, adapters) in new[] { (1, 0), (2, 1) })
        {
            var phase = new PhaseId(PhaseKind.TrainAgain, round);
            var model = new ModelRef(record.Policies[0], [.. record.Policies.Skip(1).Take(adapters)]).Key;
            var trained = record
                .Phases.Single(one => one.Phase == phase)
                .Tasks.SelectMany(task =>
                    task.Candidates.Where(one => one.State == CandidateState.Scored)
                        .Select(one => InnerSeeds.Of(run, phase, task.Task, one.Payload!).Value)
                )
                .ToArray();
            Assert.NotEmpty(trained);
            Assert.All(trained, seed => Assert.Contains((model, seed), log));
        }
    }

    /// <summary>Writes down which model every member was trained on.</summary>
    private sealed class WatchedEngine(IEngine inner, ConcurrentBag<(string Model, ulong Seed)> log) : IEngine
    {
        public string NumericClass => inner.NumericClass;

        public IModelHandle Open(ModelRef model, IModelFiles files) => new Handle(inner.Open(model, files), log);

        public void Dispose() => inner.Dispose();

        private sealed class Handle(IModelHandle inner, ConcurrentBag<(string Model, ulong Seed)> log) : IModelHandle
        {
            public ModelRef Model => inner.Model;

            public ModelInfo Info => inner.Info;

            public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) => inner.Sample(request, cancellation);

            public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
            {
                foreach (var member in members)
                {
                    log.Add((Model.Key, member.InitialSeed.Value));
                }

                return inner.Train(members, onStep, cancellation);
            }

            public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
                inner.Score(delta, sequences, cancellation);

            public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
                inner.Generate(delta, requests, cancellation);
        }
    }
}
