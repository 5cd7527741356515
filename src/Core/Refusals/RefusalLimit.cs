namespace Seal.Core.Refusals;

/// <summary>
/// One log line a minute for each client that is refused, however often it comes back; what was left out is counted and told in its next line.
/// Memory is bounded: beyond a number of clients all others count as one.
/// </summary>
public sealed class RefusalLimit : IDisposable
{
    /// <summary>The name under which all clients are told of that came when there were too many.</summary>
    public const string Others = "other clients";

    /// <summary>Clients that are told apart.</summary>
    public const int Most = 256;

    /// <summary>A client has one line in this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Period = Window / 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _clients = new(StringComparer.Ordinal);
    private readonly Action<RefusalCount> _tell;
    private readonly TimeProvider _time;
    private ITimer? _timer;

    /// <param name="tell">Writes the line with what was left out.</param>
    /// <param name="time">The clock.</param>
    public RefusalLimit(Action<RefusalCount> tell, TimeProvider time) => (_tell, _time) = (tell, time);

    /// <summary>Notes a refusal.</summary>
    /// <param name="client">Who was refused.</param>
    /// <param name="reason">Why, for the line that counts what was left out.</param>
    /// <returns>True if it is to be logged now; false if it is counted.</returns>
    public bool Note(string client, string reason)
    {
        lock (_gate)
        {
            var who = _clients.Count < Most || _clients.ContainsKey(client) ? client : Others;
            if (_clients.TryGetValue(who, out var known))
            {
                (known.Count, known.Reason) = (known.Count + 1, reason);
                return false;
            }

            _clients.Add(who, new Entry { Since = _time.GetTimestamp() });
            _timer ??= _time.CreateTimer(_ => Tick(), null, Period, Period);
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        var due = new List<RefusalCount>();
        lock (_gate)
        {
            foreach (var (client, entry) in _clients.Where(client => _time.GetElapsedTime(client.Value.Since) >= Window).ToArray())
            {
                if (entry.Count == 0)
                {
                    _clients.Remove(client);
                    continue;
                }

                due.Add(new RefusalCount(client, entry.Count, entry.Reason));
                (entry.Count, entry.Since) = (0, _time.GetTimestamp());
            }

            if (_clients.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        due.ForEach(_tell);
    }

    private sealed class Entry
    {
        public long Since { get; set; }

        public int Count { get; set; }

        public string Reason { get; set; } = "";
    }
}

/// <param name="Client">Who was refused.</param>
/// <param name="Count">How often, beside what was logged already.</param>
/// <param name="Reason">Why, the last time.</param>
public sealed record RefusalCount(string Client, int Count, string Reason);
