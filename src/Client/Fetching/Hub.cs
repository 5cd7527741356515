using System.Net;
using System.Text.Json;

namespace Seal.Client.Fetching;

/// <summary>What the hub is asked: which files a revision has, and the bytes of one. Says why it was refused and what to do.</summary>
/// <param name="connection">To the hub.</param>
/// <param name="retries">For what may go by itself.</param>
/// <param name="time">Where an answer names a date to wait for.</param>
internal sealed class Hub(HubConnection connection, Retries retries, TimeProvider time)
{
    /// <summary>A list of files is a few kilobytes; the largest have some thousand files.</summary>
    private const int MostBytesOfAList = 32 << 20;

    private const int MostCharactersOfAMessage = 200;

    public HubConnection Connection => connection;

    public Retries Retries => retries;

    /// <summary>The revision's commit and files.</summary>
    /// <exception cref="CommandException">There is no such model, it may not be seen, or the hub cannot be reached.</exception>
    public async Task<HubListing> List(HubModel model, string revision, CancellationToken cancellation)
    {
        var address = connection.At($"api/models/{model.Repository}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        var json = await retries.Run(() => Read(address, model, revision, cancellation), () => 0, cancellation);
        try
        {
            var listing = HubListing.Parse(json);
            return !HubModel.IsCommit(revision) || listing.Commit == revision
                ? listing
                : throw new CommandException(
                    ExitCode.Unreachable,
                    $"{address.Host} answers with commit {listing.Commit} where {revision} was asked for."
                );
        }
        catch (JsonException wrong)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{address.Host} does not answer as the hub does: {wrong.Message} Check HF_ENDPOINT and a proxy's settings.",
                wrong
            );
        }
    }

    /// <summary>Where a file of a commit is.</summary>
    public Uri AddressOf(HubModel model, string commit, HubFile file) => connection.At($"{model.Repository}/resolve/{commit}/{file.Name}");

    /// <summary>Refuses every answer that does not bring what was asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="model">As it was asked for.</param>
    /// <param name="revision">Of this request. A commit that the user did not name is the one with which a folder was begun.</param>
    /// <exception cref="HubTroubleException">It may go by itself.</exception>
    /// <exception cref="CommandException">It will not.</exception>
    public void Check(HttpResponseMessage response, HubModel model, string revision)
    {
        if (response.IsSuccessStatusCode)
        {
            CheckEncoding(response);
            return;
        }

        // Elsewhere addresses are signed and expire: the hub gives a new one.
        if (HubTroubleException.IsPassing(response.StatusCode) || !connection.IsHub(response.RequestMessage!.RequestUri!))
        {
            throw HubTroubleException.Of(response, time.GetUtcNow());
        }

        var (code, text) = (Header(response, "X-Error-Code"), Header(response, "X-Error-Message"));
        throw (response.StatusCode, code) switch
        {
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo") => new CommandException(ExitCode.Usage, Gated(model, text)),
            (_, "RevisionNotFound") when HubModel.IsCommit(revision) && revision != model.Revision => new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The commit this folder was begun with is gone: {model.Repository} has no {revision} any more. Delete the folder, or name another one "
                    + "with --to."
            ),
            (_, "RevisionNotFound") => new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{model.Repository} has no revision '{revision}'. Its page lists branches and tags: {connection.At(model.Repository)}"
            ),
            (HttpStatusCode.Unauthorized, not "RepoNotFound") or (HttpStatusCode.Forbidden, _) when connection.HasToken => new CommandException(
                ExitCode.Usage,
                $"The hub refuses the token in HF_TOKEN for {model.Repository}{Told(text)}. It has expired, was revoked, or has no right to read this "
                    + "model. Make a new one, or unset HF_TOKEN if the model is public."
            ),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound, _) => new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The hub has no model {model.Repository} at '{revision}' that {(connection.HasToken ? "HF_TOKEN" : "everybody")} may read{Told(text)}. "
                    + $"Check the name. If the model is private or gated, open {connection.At(model.Repository)}, accept its licence, and set HF_TOKEN to a "
                    + "token of that account."
            ),
            _ => new CommandException(
                ExitCode.Unreachable,
                FormattableString.Invariant($"The hub answers {(int)response.StatusCode} for {model.Repository}{Told(text)}.")
            ),
        };
    }

    private async Task<ReadOnlyMemory<byte>> Read(Uri address, HubModel model, string revision, CancellationToken cancellation)
    {
        using var guard = connection.Guard(cancellation);
        using var response = await connection.Get(address, 0, guard, cancellation);
        Check(response, model, revision);
        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytesOfAList, guard.Token);
            return await response.Content.ReadAsByteArrayAsync(guard.Token);
        }
        catch (Exception failure) when (HubConnection.IsOfTheNetwork(failure, cancellation))
        {
            throw HubConnection.Trouble(address, failure);
        }
    }

    /// <summary>A proxy may compress on its way what was not asked for in that form; nothing here unpacks it.</summary>
    private static void CheckEncoding(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals(HubConnection.Identity, StringComparison.OrdinalIgnoreCase)))
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{response.RequestMessage!.RequestUri!.Host} answers in a compressed form that was not asked for: something between here and the hub "
                    + "compresses files (a proxy, a mirror in HF_ENDPOINT). Go around it, or have it leave them as they are."
            );
        }
    }

    private string Gated(HubModel model, string? text) =>
        $"{model.Repository} is gated{Told(text)}. Open {connection.At(model.Repository)}, log in and accept its licence; then "
        + (
            connection.HasToken
                ? "run the same command again. HF_TOKEN must be a token of the account that was given access, with the right to read gated models. "
                    + "If you asked already, wait for the authors' yes."
                : $"make a token with the right to read ({connection.At("settings/tokens")}), set HF_TOKEN to it, and run the same command again."
        );

    private static string Told(string? text) => text is null ? "" : $" (\"{text}\")";

    /// <summary>A header as it can be shown: whatever a server writes, it must not steer a terminal.</summary>
    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? new string([.. string.Join(' ', values).Where(c => c is >= ' ' and <= '~').Take(MostCharactersOfAMessage)])
            : null;
}
