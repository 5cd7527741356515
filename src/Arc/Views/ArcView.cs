using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Views;

/// <summary>A task with one test pair, looked at in another way; what a model answers to it is led back by <see cref="Invert"/>.</summary>
/// <param name="Task">The view: one test pair, whose output is the true one in this view where it is known.</param>
/// <param name="Map">What was done to every grid of the plain task; invertible.</param>
internal sealed record ArcView(ArcTask Task, GridMap Map)
{
    /// <summary>The colours in which the view shows the mapped task; null for its own.</summary>
    public ColourMap? Colours { get; init; }

    /// <summary>Views of one category differ only in the demonstrations they show, in which order, and in colours.</summary>
    public string Category => Map.Name;

    /// <summary>An answer in this view as it is in the plain task.</summary>
    public Grid Invert(Grid answer) => Map.Inverse!.Apply(Colours?.Inverse.Apply(answer) ?? answer);
}
