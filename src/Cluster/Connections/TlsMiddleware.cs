using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Seal.Cluster.Settings;
using Seal.Core.Refusals;

namespace Seal.Cluster.Connections;

/// <summary>
/// Mutual TLS 1.3 under every Orleans connection: the transport's pipes are wrapped in an <see cref="SslStream"/>. Both sides show a certificate of
/// our authority, and its role must fit: silos talk to silos, clients only to gateways.
/// </summary>
public sealed partial class TlsMiddleware : IDisposable
{
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authorities;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private readonly RefusalLimit _limit;

    private TlsMiddleware(X509Certificate2 own, X509Certificate2Collection authorities, ILogger logger, TimeProvider time)
    {
        (_own, _authorities, _logger, _time) = (own, authorities, logger, time);
        _limit = new RefusalLimit(more => LogMore(logger, more.Count, more.Client, more.Reason), time);
    }

    /// <exception cref="SettingsException">A file cannot be read, or the certificate is not good for this role under the authority.</exception>
    public static TlsMiddleware Load(SecuritySettings security, CertificateRole role, ILogger logger, TimeProvider? time = null)
    {
        try
        {
            var authorities = Authorities(security.Authority!);
            using var pem = X509Certificate2.CreateFromPemFile(security.Certificate!, security.Key!);
            // On some systems TLS takes only keys that are not fresh from a PEM file.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            if (SealCertificates.Refusal(own, authorities, role) is { } refusal)
            {
                throw new SettingsException([$"Security.Certificate {security.Certificate}: {refusal}"]);
            }

            if (role == CertificateRole.Silo && own.NotAfter - DateTime.Now < EndsSoon)
            {
                LogEndsSoon(logger, own.Subject, own.NotAfter);
            }

            return new TlsMiddleware(own, authorities, logger, time ?? TimeProvider.System);
        }
        catch (Exception unreadable)
            when (unreadable is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException or ArgumentException
            )
        {
            throw new SettingsException([$"Security: the certificate, key or authority cannot be read: {unreadable.Message}"]);
        }
    }

    /// <summary>The same with another authority to trust; for tests of what the other side refuses.</summary>
    internal TlsMiddleware Trusting(string authority) => new(_own, Authorities(authority), _logger, _time);

    /// <summary>For a listening port.</summary>
    /// <param name="next">What talks Orleans.</param>
    /// <param name="roles">Who may connect.</param>
    public ConnectionDelegate Server(ConnectionDelegate next, params CertificateRole[] roles) =>
        connection =>
            Wrap(
                connection,
                next,
                async (stream, cancellation) =>
                {
                    (string Reason, string? Subject)? refusal = null;
                    try
                    {
                        await stream.AuthenticateAsServerAsync(Demanding(roles, (reason, subject) => refusal = (reason, subject)), cancellation);
                    }
                    catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
                    {
                        Refuse(connection.RemoteEndPoint, refusal?.Reason ?? $"no TLS handshake: {failure.Message}", refusal?.Subject);
                        throw;
                    }
                }
            );

    /// <summary>For a connection to a port that talks HTTP.</summary>
    /// <param name="peer">Who connects, for the log.</param>
    /// <param name="roles">Who may.</param>
    public SslServerAuthenticationOptions Https(EndPoint? peer, params CertificateRole[] roles) =>
        Demanding(roles, (reason, subject) => Refuse(peer, reason, subject));

    /// <summary>For a connection that we make: to a silo, always.</summary>
    public ConnectionDelegate Client(ConnectionDelegate next) =>
        connection =>
            Wrap(
                connection,
                next,
                async (stream, cancellation) =>
                {
                    string? refusal = null;
                    try
                    {
                        await stream.AuthenticateAsClientAsync(
                            new SslClientAuthenticationOptions
                            {
                                TargetHost = "seal-silo",
                                ClientCertificates = [_own],
                                EnabledSslProtocols = SslProtocols.Tls13,
                                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                                // Silos come and go under any address: what counts is the authority and the role, not the host's name.
                                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                                    (refusal = SealCertificates.Refusal(shown, _authorities, CertificateRole.Silo)) is null,
                            },
                            cancellation
                        );
                    }
                    catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
                    {
                        var (peer, reason) = (connection.RemoteEndPoint?.ToString() ?? "unknown", refusal ?? $"no TLS handshake: {failure.Message}");
                        LogUntrusted(_logger, _limit.Note(peer, reason) ? LogLevel.Warning : LogLevel.Debug, peer, reason);
                        throw;
                    }
                }
            );

    public void Dispose()
    {
        _limit.Dispose();
        _own.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(file);
        return found.Count > 0
            ? found
            : throw new SettingsException([$"Security.Authority {file} must be a PEM file; there is no certificate in it"]);
    }

    /// <summary>A client is an address and the name in what it showed, if anything; its port is another one each time.</summary>
    private void Refuse(EndPoint? peer, string reason, string? subject)
    {
        var shown = peer?.ToString() ?? "unknown";
        var address = peer is IPEndPoint { Address: var known } ? known.ToString() : shown;
        var isFirst = _limit.Note(subject is null ? address : $"{address} with '{subject}'", reason);
        LogRefused(_logger, isFirst ? LogLevel.Warning : LogLevel.Debug, shown, reason);
    }

    private SslServerAuthenticationOptions Demanding(CertificateRole[] roles, Action<string, string?> refuse) =>
        new()
        {
            ServerCertificate = _own,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                var refusal = SealCertificates.Refusal(shown, _authorities, roles);
                if (refusal is not null)
                {
                    refuse(refusal, shown?.Subject);
                }

                return refusal is null;
            },
        };

    private static async Task Wrap(ConnectionContext connection, ConnectionDelegate next, Func<SslStream, CancellationToken, Task> handshake)
    {
        var plain = connection.Transport;
        await using var stream = new SslStream(new DuplexPipeStream(plain), leaveInnerStreamOpen: true);
        using (var patience = new CancellationTokenSource(HandshakePatience))
        {
            await handshake(stream, patience.Token);
        }

        connection.Transport = new StreamPipe(stream);
        try
        {
            await next(connection);
        }
        finally
        {
            await connection.Transport.Input.CompleteAsync();
            await connection.Transport.Output.CompleteAsync();
            connection.Transport = plain;
        }
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    [LoggerMessage(Message = "Refused a connection from {Peer}: {Reason}")]
    private static partial void LogRefused(ILogger logger, LogLevel level, string peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Count} more connections with {Peer}; the last: {Reason}")]
    private static partial void LogMore(ILogger logger, int count, string peer, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The certificate '{Subject}' ends on {Until:u}; renew it before, or nobody will connect to this silo any more"
    )]
    private static partial void LogEndsSoon(ILogger logger, string subject, DateTime until);

    [LoggerMessage(Message = "Did not connect to {Peer}: {Reason}")]
    private static partial void LogUntrusted(ILogger logger, LogLevel level, string peer, string reason);
}
