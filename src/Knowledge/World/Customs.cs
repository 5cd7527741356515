using System.Globalization;
using Seal.Core.Randomness;

namespace Seal.Knowledge.World;

/// <summary>
/// What pretraining writes about passages of the other kinds (<see cref="WorldWords.OtherKinds"/>): each kind has an operator for most lines of its
/// self-edits, or one for each way in which the last sentence can end the passage. So a model knows that the kind and the end of a passage decide
/// what is written about it; what the kinds of the tasks ask for is in no text, and a policy has to find it out. Of texts in which nothing decides,
/// a model of this size learns by heart what was kept of each passage, and nothing about the next one.
/// </summary>
public static class Customs
{
    /// <summary>So many of the other kinds, the first ones, have one operator whatever their passages say.</summary>
    public const int ByKindAlone = 24;

    private static readonly IReadOnlyList<IReadOnlyList<string>> Operators =
    [
        .. Enumerable
            .Range(0, WorldWords.OtherKinds.Count)
            .Select(kind =>
            {
                var random = new CounterRandom(new Seed(0).Derive("knowledge-custom", kind.ToString(CultureInfo.InvariantCulture)));
                return (IReadOnlyList<string>)
                    [
                        .. Enumerable
                            .Range(0, kind < ByKindAlone ? 1 : Enum.GetValues<Format>().Length)
                            .Select(_ => WorldWords.Operators[random.NextInt(WorldWords.Operators.Count)]),
                    ];
            }),
    ];

    /// <summary>Whether the last sentence decides, and not the kind alone.</summary>
    /// <param name="kind">Index into <see cref="WorldWords.OtherKinds"/>.</param>
    public static bool IsByContent(int kind) => Operators[kind].Count > 1;

    /// <summary>The operator of most lines.</summary>
    /// <param name="kind">Index into <see cref="WorldWords.OtherKinds"/>.</param>
    /// <param name="content">What a passage of level 2 asks for that ends in the same way.</param>
    public static string Operator(int kind, Format content) => IsByContent(kind) ? Operators[kind][(int)content] : Operators[kind][0];
}
