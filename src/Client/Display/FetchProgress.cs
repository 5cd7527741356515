using System.Globalization;
using Seal.Client.BaseModels;
using Seal.Client.Sweeps;

namespace Seal.Client.Display;

/// <summary>Progress of a download, a line every few seconds.</summary>
/// <param name="time">For the pace of lines and the speed.</param>
/// <param name="say">Takes a line.</param>
internal sealed class FetchProgress(TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private (long Time, long Done) _told = (time.GetTimestamp(), 0);
    private string _file = "";
    private long _before;
    private long _position;

    /// <summary>Bytes of all files, as far as they are known: shards are known when their index is there.</summary>
    public long Total { get; set; }

    /// <summary>The next file begins; the one before is whole.</summary>
    public void Begin(string file) => (_before, _position, _file) = (_before + _position, 0, file);

    /// <param name="position">Bytes of the file that are there.</param>
    public void Report(long position)
    {
        _position = position;
        var elapsed = time.GetElapsedTime(_told.Time);
        if (elapsed < Pace)
        {
            return;
        }

        var done = _before + position;
        say(Line(_file, done, Total, (done - _told.Done) / elapsed.TotalSeconds));
        _told = (time.GetTimestamp(), done);
    }

    /// <param name="file">The one that is loaded.</param>
    /// <param name="done">Bytes of all files that are there.</param>
    /// <param name="total">Bytes of all files.</param>
    /// <param name="bytesPerSecond">Since the last line; not positive after a file was begun again.</param>
    internal static string Line(string file, long done, long total, double bytesPerSecond)
    {
        var share = string.Create(CultureInfo.InvariantCulture, $"{file}: {Bytes.Text(done)} of {Bytes.Text(total)} ({100.0 * done / total:0} %)");
        if (bytesPerSecond <= 0)
        {
            return share;
        }

        var left = TimeSpan.FromSeconds((total - done) / bytesPerSecond);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{share}, {bytesPerSecond / (1 << 20):0.0} MB/s, {(left.TotalMinutes < 1 ? "under a minute" : DryRun.Duration(left))} left"
        );
    }
}
