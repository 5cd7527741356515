using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Models.Tokenizers;
using Seal.Pages.Tests.Support;
using Seal.Silo.Plugins;
using Seal.Silo.Reading;

namespace Seal.Pages.Tests;

/// <summary>The texts of a candidate are made again under the inner seed of its trial.</summary>
public sealed class TrialTextTests : IAsyncLifetime
{
    private WrittenStore _store = null!;

    public async Task InitializeAsync() => _store = await WrittenStore.Of(seeds: 1, tasks: 2, candidates: 2, rounds: 1);

    public Task DisposeAsync()
    {
        _store.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Two inner seeds of a table: the parts of the reward table use one each, and views are drawn by it.</summary>
    [Fact]
    public async Task Read_OfTwoInnerSeeds_GivesTheTextsOfEach()
    {
        var context = _store.Submission.Runs[0].Context;
        var run = context with { Settings = context.Settings with { Inner = context.Settings.Inner with { Seeds = 2 } } };
        var task = _store.Submission.Training[0];
        var document = (await new SweepReader(_store.Store, new Core.Artifacts.DocumentCache()).Blob(task.Sha256))!;
        var model = new ModelInfo(GridTokenizer.CreateDefault(), FakeEngine.ContextLength, UsesGridPositions: true);
        var session = PluginLoader.Own.Domains.First(domain => domain.Id == "arc").Open(run.Settings, model);
        var (reader, differ) = (new TrialTextReader(_store.Store), 0);
        foreach (var payload in session.Space!.Enumerate().Take(40))
        {
            var made = new List<string>();
            foreach (var phase in new[] { new PhaseId(PhaseKind.TableTrain, 0), new PhaseId(PhaseKind.TableTrain, 1) })
            {
                var (texts, problem) = await reader.Read(run, phase, FakeEngine.BaseSha256, task.Id, document, payload);
                Assert.Null(problem);
                var plan = session.PlanInnerLoop(
                    new TaskDocument(task.Id, System.Text.Encoding.UTF8.GetString(document)),
                    payload,
                    InnerSeeds.OfTable(task.Id, phase.Number)
                );
                Assert.Equal(plan.Training?.Sequences.Count ?? 0, texts!.Count);
                Assert.Equal(
                    plan.Training?.Sequences.Take(texts.Sample.Count).Select(text => model.Tokenizer.Decode(text.Tokens)) ?? [],
                    texts.Sample.Select(text => text.Context + text.Learned)
                );
                made.Add(string.Join('|', texts.Sample.Select(text => text.Context + text.Learned)));
            }

            differ += made[0] == made[1] ? 0 : 1;
        }

        Assert.True(differ > 0, "no self-edit's first texts depend on the inner seed: this test could not fail");
    }
}
