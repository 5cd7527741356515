using System.Net;
using Seal.Core.Files;

namespace Seal.Client.Fetching;

/// <summary>Loads one file into a folder. It grows as <c>name.part</c> and gets its name when every byte is there and its hash is right.</summary>
/// <param name="hub">Where it comes from.</param>
/// <param name="model">Whose file it is.</param>
/// <param name="commit">Of the model.</param>
/// <param name="file">As the hub's list has it.</param>
/// <param name="folder">Where it goes.</param>
/// <param name="admitted">Is called before something is written: the hub gives the file, or an earlier process had begun it.</param>
/// <param name="say">Takes a line for people.</param>
/// <param name="moved">Takes the bytes that are there, each time that some have come.</param>
internal sealed class FileDownload(
    Hub hub,
    HubModel model,
    string commit,
    HubFile file,
    string folder,
    Action admitted,
    Action<string> say,
    Action<long> moved
) : IDisposable
{
    /// <summary>What a file is called while it grows: no file of a model has such a name (see <see cref="Core.Engines.ModelFolder.Files"/>).</summary>
    public const string Suffix = ".part";

    private const int Chunk = 1 << 18;

    /// <summary>Answers in a row to a range that are not that range, after which the file is begun again: one alone may be a busy server's.</summary>
    private const int MostOdd = 3;

    private readonly byte[] _buffer = new byte[Chunk];
    private readonly Uri _address = hub.AddressOf(model, commit, file);
    private FileStream? _part;
    private FileDigest _digest = new(file);
    private long _position;
    private bool _isResumed;
    private int _odd;

    /// <summary>Bytes that came from the network.</summary>
    public long Loaded { get; private set; }

    private string Target => Path.Combine(folder, file.Name);

    private string PartPath => Target + Suffix;

    /// <returns>The file's SHA-256.</returns>
    /// <exception cref="CommandException">It cannot be loaded, or its hash stays wrong.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task<string> Run(CancellationToken cancellation)
    {
        if (await Present(cancellation) is { } there)
        {
            return there;
        }

        UserFile.Check(PartPath);
        if (new FileInfo(PartPath) is { Exists: true, Length: > 0 })
        {
            await Recall(cancellation);
        }

        var sha256 = await Whole(cancellation);
        Part().Flush(flushToDisk: true);
        await Part().DisposeAsync();
        File.Move(PartPath, Target, overwrite: true);
        return sha256;
    }

    public void Dispose()
    {
        _part?.Dispose();
        _digest.Dispose();
    }

    private async Task<string> Whole(CancellationToken cancellation)
    {
        while (true)
        {
            var fits = await hub.Retries.Run(() => Append(cancellation), () => _position, cancellation);
            var (sha256, wrong) = fits ? _digest.End() : ("", $"it has more than the {file.Size} bytes that the hub's list says");
            if (wrong is null)
            {
                return sha256;
            }

            if (!_isResumed)
            {
                await Part().DisposeAsync();
                File.Delete(PartPath);
                throw new CommandException(
                    ExitCode.Unreachable,
                    $"{file.Name} of {model.Repository} is not what the hub says it is: {wrong}. It was deleted. Run the same command again; if that does not "
                        + "help, something between here and the hub changes files (a proxy, a mirror in HF_ENDPOINT)."
                );
            }

            say($"{file.Name}: {wrong}; loading it again from its first byte");
            Restart();
            _isResumed = false;
        }
    }

    /// <summary>Asks for what is missing and appends it.</summary>
    /// <returns>False if more came than the file has.</returns>
    private async Task<bool> Append(CancellationToken cancellation)
    {
        if (_position == file.Size)
        {
            return true;
        }

        using var guard = hub.Connection.Guard(cancellation);
        using var response = await hub.Connection.Get(_address, _position, guard, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && _position > 0)
        {
            throw Odd(HubTroubleException.Of(response, default));
        }

        hub.Check(response, model, commit);
        var known = Begins(response);
        _odd = 0;
        _isResumed |= _position > 0;
        var part = Part();
        await using var body = await response.Content.ReadAsStreamAsync(guard.Token);
        while (true)
        {
            guard.Arm();
            var read = await Read(body, guard, cancellation);
            if (read == 0)
            {
                return _position == file.Size
                    ? true
                    : throw new HubTroubleException(
                        FormattableString.Invariant($"{_address.Host} ended {file.Name} after {_position} of {file.Size} bytes")
                    );
            }

            Loaded += read;
            var skipped = (int)Math.Min(known, read);
            known -= skipped;
            if (_position + read - skipped > file.Size)
            {
                return false;
            }

            if (read > skipped)
            {
                await part.WriteAsync(_buffer.AsMemory(skipped, read - skipped), cancellation);
                Count(_buffer.AsSpan(skipped, read - skipped));
            }
        }
    }

    /// <summary>Where an answer begins.</summary>
    /// <returns>How many of its bytes are here already: a server that knows no ranges sends the whole file, and what is here is kept.</returns>
    /// <exception cref="HubTroubleException">It is another part of the file, or another file: a page of a proxy that asks to log in, say.</exception>
    private long Begins(HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = content.ContentRange;
            return range?.From == _position && (range.Length ?? file.Size) == file.Size
                ? 0
                : throw Odd(new HubTroubleException($"{_address.Host} answers with another part of {file.Name}"));
        }

        return content.ContentLength is null || content.ContentLength == file.Size
            ? _position
            : throw Odd(
                new HubTroubleException(
                    FormattableString.Invariant($"{_address.Host} answers with {content.ContentLength} bytes for {file.Name}, which has {file.Size}")
                )
            );
    }

    /// <summary>Counts an answer that does not fit what is here. What is here is thrown away only when they do not end.</summary>
    private HubTroubleException Odd(HubTroubleException trouble)
    {
        if (++_odd == MostOdd && _position > 0)
        {
            say($"{file.Name}: {trouble.Message}, {MostOdd} times; loading it again from its first byte");
            Restart();
        }

        return trouble;
    }

    private async Task<int> Read(Stream body, SilenceGuard guard, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(_buffer, guard.Token);
        }
        catch (Exception failure) when (HubConnection.IsOfTheNetwork(failure, cancellation))
        {
            // What has come is written: the next request begins behind it.
            throw HubConnection.Trouble(_address, failure);
        }
    }

    /// <summary>Takes up what an earlier process left.</summary>
    private async Task Recall(CancellationToken cancellation)
    {
        var part = Part();
        if (part.Length > file.Size)
        {
            part.SetLength(0);
        }

        for (int read; (read = await part.ReadAsync(_buffer, cancellation)) > 0; )
        {
            Count(_buffer.AsSpan(0, read));
        }

        _isResumed = _position > 0;
    }

    /// <summary>The SHA-256 of the file if it is there already, whole and right; null if it has to be loaded.</summary>
    private async Task<string?> Present(CancellationToken cancellation)
    {
        UserFile.Check(Target);
        if (new FileInfo(Target) is not { Exists: true } there)
        {
            return null;
        }

        if (there.Length != file.Size)
        {
            say(FormattableString.Invariant($"{file.Name} was changed ({there.Length} bytes, the hub has {file.Size}); loading it again"));
            return null;
        }

        using var digest = new FileDigest(file);
        await using var stream = there.OpenRead();
        for (int read; (read = await stream.ReadAsync(_buffer, cancellation)) > 0; )
        {
            digest.Append(_buffer.AsSpan(0, read));
        }

        var (sha256, wrong) = digest.End();
        if (wrong is null)
        {
            moved(file.Size);
            return sha256;
        }

        say($"{file.Name} was changed or is damaged: {wrong}; loading it again");
        return null;
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _digest.Append(bytes);
        _position += bytes.Length;
        moved(_position);
    }

    private void Restart()
    {
        Part().SetLength(0);
        Part().Position = 0;
        _position = 0;
        _odd = 0;
        _digest.Dispose();
        _digest = new FileDigest(file);
        moved(0);
    }

    /// <summary>The growing file. It is made only when the hub has said yes: a refusal leaves nothing behind.</summary>
    private FileStream Part()
    {
        if (_part is null)
        {
            admitted();
            _part = Opened(PartPath);
        }

        return _part;
    }

    private static FileStream Opened(string path)
    {
        var isThere = File.Exists(path);
        try
        {
            // Unbuffered: what was written before a kill is in the file.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException taken) when (isThere && taken is not PathTooLongException)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path} is in use: another `seal model fetch` loads into this folder. Wait for it, or stop it and run the same command again.",
                taken
            );
        }
    }
}
