using System.Globalization;
using System.Text;
using Seal.Core.Jobs;
using Seal.Reports.Html;

namespace Seal.Pages.Live;

/// <summary>What became of a job's attempts, in words.</summary>
internal static class AttemptWords
{
    /// <param name="ledger">Its leases.</param>
    /// <param name="seconds">Device seconds of the attempt that counted; 0 where there is none.</param>
    public static string Of(JobLedger ledger, double seconds)
    {
        var state = ledger.State switch
        {
            JobState.Pending => ledger.Epoch == 0 ? "waits for a slot" : "waits for a slot again",
            JobState.Leased => "running",
            JobState.Done => "done",
            _ => "given up",
        };
        var words = new StringBuilder($"{state}, {Count.Of(ledger.Epoch, "attempt")}");
        if (ledger.Losses + ledger.Orphans + ledger.Troubles > 0)
        {
            words.Append(CultureInfo.InvariantCulture, $", {ledger.Losses + ledger.Orphans} lost, {ledger.Troubles} put off");
        }

        if (seconds > 0)
        {
            words.Append(CultureInfo.InvariantCulture, $", {seconds:0.0} s");
        }

        if (ledger.Holder is { } holder)
        {
            words.Append(CultureInfo.InvariantCulture, $", {(ledger.State == JobState.Leased ? "on" : "last on")} {holder}");
        }

        return words.ToString();
    }
}
