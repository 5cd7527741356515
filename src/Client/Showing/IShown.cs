using Spectre.Console.Rendering;

namespace Seal.Client.Showing;

/// <summary>Something that <c>seal show</c> has found: for people and for programs.</summary>
internal interface IShown
{
    /// <summary>From top to bottom.</summary>
    /// <param name="width">Characters of a line.</param>
    IEnumerable<IRenderable> Pictures(int width);

    /// <summary>What <c>--json</c> prints.</summary>
    object ToDocument();
}
