using System.Runtime.ExceptionServices;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// The threads that one caller's kernels share. Work is cut into parts whose results do not depend on who computes them, nor on how many there are:
/// the number of threads changes how long something takes and nothing else. Helpers wait a little for the next piece before they sleep (a decoding
/// step is a hundred short products), and end when they have had nothing to do for some seconds.
/// </summary>
internal sealed class KernelThreads
{
    private const int SpinsBeforeSleep = 2000;
    private static readonly TimeSpan IdleBeforeEnd = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static KernelThreads? _ofThread;

    private readonly List<Helper> _helpers = [];
    private int _count = 1;

    /// <summary>How many threads kernels called from this thread use, the calling one included. 1 to begin with.</summary>
    public static int Count
    {
        get => (_ofThread ??= new KernelThreads())._count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            (_ofThread ??= new KernelThreads())._count = value;
        }
    }

    /// <summary>Runs all parts, in any order, and returns when the last is done.</summary>
    /// <param name="parts">How many there are.</param>
    /// <param name="part">Computes one; called from several threads.</param>
    public static void Run(int parts, Action<int> part)
    {
        var threads = _ofThread ??= new KernelThreads();
        if (threads._count == 1 || parts <= 1)
        {
            for (var p = 0; p < parts; p++)
            {
                part(p);
            }

            return;
        }

        threads.Share(new Job(parts, part));
    }

    private void Share(Job job)
    {
        var helpers = Math.Min(_count, job.Parts) - 1;
        while (_helpers.Count < helpers)
        {
            _helpers.Add(new Helper());
        }

        for (var h = 0; h < helpers; h++)
        {
            if (!_helpers[h].Offer(job))
            {
                _helpers[h] = new Helper();
                _helpers[h].Offer(job);
            }
        }

        job.Work();
        job.Wait();
    }

    /// <summary>Parts that are taken one by one.</summary>
    private sealed class Job(int parts, Action<int> part)
    {
        private int _next;
        private readonly int _parts = parts;
        private int _open = parts;
        private ExceptionDispatchInfo? _failure;

        public int Parts => _parts;

        public void Work()
        {
            for (var p = Interlocked.Increment(ref _next) - 1; p < _parts; p = Interlocked.Increment(ref _next) - 1)
            {
                try
                {
                    part(p);
                }
                catch (Exception e)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(e);
                }

                Interlocked.Decrement(ref _open);
            }
        }

        public void Wait()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _open) > 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            _failure?.Throw();
        }
    }

    private sealed class Helper
    {
        private readonly object _bell = new();
        private Job? _job;
        private bool _ended;

        public Helper() => new Thread(Loop) { IsBackground = true, Name = "kernels" }.Start();

        /// <summary>False where the thread has ended.</summary>
        public bool Offer(Job job)
        {
            lock (_bell)
            {
                _job = job;
                Monitor.Pulse(_bell);
                return !_ended;
            }
        }

        private void Loop()
        {
            while (Next() is { } job)
            {
                job.Work();
            }
        }

        private Job? Next()
        {
            for (var spin = 0; spin < SpinsBeforeSleep && Volatile.Read(ref _job) is null; spin++)
            {
                Thread.SpinWait(10);
            }

            lock (_bell)
            {
                while (_job is null && Monitor.Wait(_bell, IdleBeforeEnd)) { }

                var job = _job;
                _job = null;
                _ended = job is null;
                return job;
            }
        }
    }
}
