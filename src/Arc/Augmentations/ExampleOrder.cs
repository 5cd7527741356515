using System.Collections.Immutable;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>Shows the demonstrations in another order.</summary>
internal sealed record ExampleOrder : IAugmentation
{
    /// <param name="order">Place i takes demonstration order[i]; a permutation of 0 … number of demonstrations − 1.</param>
    /// <exception cref="ArgumentException">Not a permutation.</exception>
    public ExampleOrder(ImmutableArray<int> order)
    {
        if (!order.Order().SequenceEqual(Enumerable.Range(0, order.Length)))
        {
            throw new ArgumentException($"Expected a permutation; got {string.Join(' ', order)}.", nameof(order));
        }

        Order = order;
    }

    public ImmutableArray<int> Order { get; }

    public string Name => $"ExampleOrder({string.Join(' ', Order)})";

    public IAugmentation? Inverse
    {
        get
        {
            var inverse = new int[Order.Length];
            for (var i = 0; i < inverse.Length; i++)
            {
                inverse[Order[i]] = i;
            }

            return new ExampleOrder([.. inverse]);
        }
    }

    /// <exception cref="ArgumentException">The task has another number of demonstrations.</exception>
    public ArcTask Apply(ArcTask task) =>
        task.Train.Count == Order.Length
            ? task with
            {
                Train = [.. Order.Select(index => task.Train[index])],
            }
            : throw new ArgumentException($"An order of {Order.Length} demonstrations does not fit a task with {task.Train.Count}.", nameof(task));

    ArcTask IAugmentation.Apply(ArcTask task, CounterRandom random) => Apply(task);

    public bool Equals(ExampleOrder? other) => other is not null && Order.SequenceEqual(other.Order);

    public override int GetHashCode() => Order.Aggregate(0, HashCode.Combine);

    public override string ToString() => Name;
}
