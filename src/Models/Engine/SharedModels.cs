using Seal.Models.Llama;

namespace Seal.Models.Engine;

/// <summary>
/// The models that engines of this process have open. Weights never change, so slots that work with the same model hold them once, however many
/// there are; the last one that closes a model frees it.
/// </summary>
internal static class SharedModels
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Entry> Open = new(StringComparer.Ordinal);

    /// <summary>A model for one engine, over weights that others may have too. To be given back by <see cref="SharedModel.Dispose"/>.</summary>
    /// <param name="key">All that decides the weights: model, dtype, devices.</param>
    /// <param name="make">Makes the model where nobody has it. Others that want it meanwhile wait; a failure is the caller's alone.</param>
    public static SharedModel Take(string key, Func<LlamaModel> make)
    {
        Entry? entry;
        lock (Gate)
        {
            if (!Open.TryGetValue(key, out entry))
            {
                Open.Add(key, entry = new Entry());
            }

            entry.Users++;
        }

        try
        {
            lock (entry.Making)
            {
                entry.Model ??= make();
                return new SharedModel(entry.Model.Again(), () => Release(key, entry));
            }
        }
        catch
        {
            Release(key, entry);
            throw;
        }
    }

    private static void Release(string key, Entry entry)
    {
        lock (Gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            Open.Remove(key);
        }

        entry.Model?.Dispose();
    }

    private sealed class Entry
    {
        public Lock Making { get; } = new();

        public int Users { get; set; }

        public LlamaModel? Model { get; set; }
    }
}

/// <summary>One engine's hold on a model.</summary>
/// <param name="model">Tensors of its own over shared memory.</param>
/// <param name="release">Tells the others.</param>
internal sealed class SharedModel(LlamaModel model, Action release) : IDisposable
{
    private Action? _release = release;

    public LlamaModel Model => model;

    public void Dispose()
    {
        model.Dispose();
        GiveBack();
        GC.SuppressFinalize(this);
    }

    /// <summary>A slot that is stuck in native code is left behind and closes nothing: what it held must not stay for ever.</summary>
    ~SharedModel() => GiveBack();

    private void GiveBack() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
