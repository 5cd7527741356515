using Seal.Client.BaseModels;
using Seal.Client.Display;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Safetensors;

namespace Seal.Client.Fetching;

/// <summary>Loads a model from the hub into a folder. Run again it goes on where it was stopped; what is whole is only checked.</summary>
/// <param name="connection">To the hub.</param>
/// <param name="folder">Where the model goes.</param>
/// <param name="time">Every wait is on it, and the speed.</param>
/// <param name="say">Takes a line for people.</param>
/// <param name="free">Bytes that a folder's disk has free; null where that is not known.</param>
internal sealed class ModelFetch(HubConnection connection, string folder, TimeProvider time, Action<string> say, Func<string, long?> free)
{
    /// <summary>Bytes that a folder's disk has free, also of a folder that is not there yet; null where the system does not say.</summary>
    public static long? FreeBytes(string folder)
    {
        var there = new DirectoryInfo(Path.GetFullPath(folder));
        while (there is { Exists: false, Parent: { } parent })
        {
            there = parent;
        }

        try
        {
            return new DriveInfo(there.FullName).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <exception cref="CommandException">Why it cannot be had, and what to do.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<FetchedModel> Run(HubModel model, CancellationToken cancellation)
    {
        var note = Own(model);

        // A branch may have moved since: the same command ends what it began.
        var revision = note is { IsComplete: false } && note.Revision == model.Revision ? note.Commit : model.Revision;
        var hub = new Hub(connection, new Retries(time, say), time);
        var listing = await hub.List(model, revision, cancellation);
        if (note is not null && note.Commit != listing.Commit)
        {
            throw Conflict(note, $"'{model.Revision}' is commit {listing.Commit} now.");
        }

        var files = listing.Wanted(model);
        var total = files.Sum(file => file.Size);
        say($"{model.Repository}, commit {listing.Commit}: {Terminal.Count(files.Count, "file")}, {Bytes.Text(total)}, into {folder}");
        CheckRoom(files);
        Directory.CreateDirectory(folder);
        if (note is not { IsComplete: true })
        {
            note = new SourceNote(
                model.Repository,
                model.Revision,
                listing.Commit,
                IsComplete: false,
                [.. files.Select(file => new SourceFile(file.Name, file.Size, file.Sha256))]
            );
            note.Write(folder);
        }

        var progress = new FetchProgress(total, time, say);
        var (whole, loaded) = (new List<SourceFile>(), 0L);
        HashSet<string>? shards = null;
        foreach (var file in files.Where(file => !file.IsWeights || shards?.Contains(file.Name) != false))
        {
            progress.Begin(file.Name);
            using var download = new FileDownload(hub, model, listing.Commit, file, folder, say, progress.Report);
            whole.Add(new SourceFile(file.Name, file.Size, await download.Run(cancellation)));
            loaded += download.Loaded;
            if (file.Name == "config.json")
            {
                LookAtConfig();
            }
            else if (file.Name == SafetensorsFolder.IndexFile)
            {
                shards = Shards(files);
            }
        }

        var wasComplete = note.IsComplete;
        note = note with { IsComplete = true, Files = whole };
        note.Write(folder);
        return new FetchedModel(folder, note, ModelFolder.ContentHash(folder), loaded, wasComplete && loaded == 0);
    }

    /// <summary>The note of an earlier run into this folder.</summary>
    /// <exception cref="CommandException">The folder has something else.</exception>
    private SourceNote? Own(HubModel model)
    {
        if (File.Exists(folder))
        {
            throw new CommandException(ExitCode.Usage, $"{folder} is a file; expected a folder (it is made if it is not there).");
        }

        if (!Directory.Exists(folder))
        {
            return null;
        }

        var note = SourceNote.Read(folder);
        if (note is null && ModelFolder.Files(folder).FirstOrDefault() is { } other)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{folder} has files of a model already ({Path.GetFileName(other)}) that `seal model fetch` did not load. Name another folder with --to."
            );
        }

        return note is null || note.Repository == model.Repository ? note : throw Conflict(note, "");
    }

    private CommandException Conflict(SourceNote note, string why) =>
        new(
            ExitCode.NotFoundOrConflict,
            $"{folder} has {note.Repository} at commit {note.Commit}{(note.IsComplete ? "" : ", not whole yet")}. {why}{(why.Length > 0 ? " " : "")}"
                + $"Name another folder with --to, or ask for what is there: hf:{note.Repository}@{note.Commit}"
        );

    private void CheckRoom(IReadOnlyList<HubFile> files)
    {
        var needed = files.Sum(file =>
            Math.Max(
                0,
                new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } whole && whole.Length == file.Size ? 0
                    : new FileInfo(Path.Combine(folder, file.Name + FileDownload.Suffix)) is { Exists: true } part ? file.Size - part.Length
                    : file.Size
            )
        );
        if (free(folder) is { } room && room < needed)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{folder}: {Bytes.Text(needed)} are to be loaded, and its disk has {Bytes.Text(room)} free. Make room, or name a folder on another disk "
                    + "with --to."
            );
        }
    }

    /// <summary>Says it before gigabytes are loaded where the model is of no use here.</summary>
    private void LookAtConfig()
    {
        try
        {
            _ = LlamaConfig.Load(folder);
        }
        catch (ModelFormatException refused)
        {
            say($"This model cannot be trained here: {refused.Message}\nThe rest is loaded all the same; Ctrl-C stops it.");
        }
    }

    /// <summary>The shards that the index names; a repository may have those of another cut too.</summary>
    /// <exception cref="CommandException">One of them is not in the list.</exception>
    private HashSet<string> Shards(IReadOnlyList<HubFile> files)
    {
        var shards = SafetensorsFolder.Files(folder).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal);
        return shards.Except(files.Select(file => file.Name)).FirstOrDefault() is not { } missing
            ? shards
            : throw new CommandException(
                ExitCode.Usage,
                $"{SafetensorsFolder.IndexFile} names {missing}, which is no model-…-of-….safetensors of this commit: the repository is not whole. "
                    + "Look on its page for another revision."
            );
    }
}

/// <summary>A model that is whole.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Note">Where it came from.</param>
/// <param name="Sha256">Its content hash.</param>
/// <param name="Loaded">Bytes that came from the network.</param>
/// <param name="WasThere">Whether all of it was there before.</param>
internal sealed record FetchedModel(string Folder, SourceNote Note, string Sha256, long Loaded, bool WasThere);
