using Seal.Arc.Generators;
using Seal.Arc.Generators.Programs;
using Seal.Core.Randomness;
using Xunit;

namespace Seal.Arc.Tests.Generators.Programs;

public sealed class ProgramFamiliesTests
{
    public static TheoryData<string> Families { get; } = [.. ProgramFamilies.Pretraining.Select(family => family.Family)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Generate_AtEverySide_MakesTasksThatOneOfTheFamilysRulesExplains(string name)
    {
        var family = TaskFamilies.Get(name);
        foreach (var side in new[] { family.LeastSide, 7, 12, 20 })
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                var task = family.Generate(new CounterRandom(new Seed(seed).Derive(name)), new GeneratorLimits(side));
                Assert.True(task.MaxSide <= side);
                if (seed < 2)
                {
                    byte[] colours =
                    [
                        .. task
                            .Train.Concat(task.Test)
                            .SelectMany(pair => pair.Input.Cells.ToArray().Concat(pair.Output!.Cells.ToArray()))
                            .Distinct()
                            .Order(),
                    ];
                    Assert.Contains(((IProgramSource)family).Programs(colours), program => program.Explains(task));
                }
            }
        }
    }
}
