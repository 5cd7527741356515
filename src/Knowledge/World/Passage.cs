namespace Seal.Knowledge.World;

/// <summary>Somebody of the world: four facts under a name.</summary>
/// <param name="Name">First name and surname.</param>
/// <param name="Trade">One word.</param>
/// <param name="Guild">One word.</param>
/// <param name="Place">Two words; nobody else of a passage or of the background lives there.</param>
/// <param name="Thing">Two words; nobody else keeps it.</param>
public sealed record Person(string Name, string Trade, string Guild, string Place, string Thing);

/// <summary>What a question starts from and asks for: which direction of a fact must be known.</summary>
public enum Format
{
    /// <summary>Name → trade or guild, which the passage says beside the name.</summary>
    Forward,

    /// <summary>Name → place or thing, which the passage says of a pronoun.</summary>
    Pronoun,

    /// <summary>Place or thing → name.</summary>
    Reverse,

    /// <summary>Thing → place or place → thing, by way of the person.</summary>
    Joined,
}

/// <summary>A fact of a passage in one direction.</summary>
/// <param name="Format">The direction.</param>
/// <param name="Person">Index into <see cref="Passage.People"/>.</param>
/// <param name="Which">0 or 1: trade and guild, place and thing, place → name and thing → name, thing → place and place → thing.</param>
public readonly record struct FactKey(Format Format, int Person, int Which);

/// <summary>Some sentences about a few people, and which format its questions mostly have.</summary>
/// <param name="Id">Task id.</param>
/// <param name="Kind">Word that opens it.</param>
/// <param name="People">Whom it is about, in the order of their appearance.</param>
/// <param name="Sentences">Its sentences, each ending with a full stop.</param>
/// <param name="Asked">The format of most of its questions.</param>
/// <param name="Questions">What is asked after the training, without the passage.</param>
/// <param name="HeldOut">The same facts of the main format in a wording that pretraining never had.</param>
public sealed record Passage(
    string Id,
    string Kind,
    IReadOnlyList<Person> People,
    IReadOnlyList<string> Sentences,
    Format Asked,
    IReadOnlyList<WorldQuestion> Questions,
    IReadOnlyList<WorldQuestion> HeldOut
)
{
    /// <summary>The whole text.</summary>
    public string Text => $"from a {Kind} : {string.Join(' ', Sentences)}";
}

/// <summary>A question with its one right answer.</summary>
public sealed record WorldQuestion(FactKey Fact, string Text, string Answer);
