using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Seal.Cluster.Connections;

/// <summary>What a certificate entitles its holder to.</summary>
public enum CertificateRole
{
    /// <summary>Member of the cluster.</summary>
    Silo,

    /// <summary>Calls grains, through a gateway only.</summary>
    Client,
}

/// <summary>
/// A small authority for development, and the rules by which certificates are read. The role is an extended key usage of our own beside TLS's two:
/// a client's certificate is no silo's, whatever its name.
/// </summary>
public static class SealCertificates
{
    // Under the UUID arc (2.25), which anybody may use.
    private const string SiloUsage = "2.25.227450928316455170291873498162739102741";
    private const string ClientUsage = "2.25.227450928316455170291873498162739102742";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    /// <summary>A new authority; keep its key where only its owner reads it.</summary>
    /// <param name="name">Common name.</param>
    /// <param name="now">From when.</param>
    /// <param name="lifetime">For how long.</param>
    public static X509Certificate2 CreateAuthority(string name, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - Backdated, now + lifetime);
    }

    /// <summary>A certificate with its key.</summary>
    public static X509Certificate2 Issue(X509Certificate2 authority, CertificateRole role, string name, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // A silo also calls other silos; a client never listens.
        string[] usages =
            role == CertificateRole.Silo ? [ServerAuthentication, ClientAuthentication, SiloUsage] : [ClientAuthentication, ClientUsage];
        var list = new OidCollection();
        foreach (var usage in usages)
        {
            list.Add(new Oid(usage));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(list, true));
        var until = now + lifetime;
        using var signed = request.Create(
            authority,
            now - Backdated,
            until < authority.NotAfter ? until : authority.NotAfter,
            RandomNumberGenerator.GetBytes(16)
        );
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Why a peer's certificate does not entitle it to this role, or null if it does.</summary>
    /// <param name="presented">What the peer showed.</param>
    /// <param name="authorities">Whom we trust: one, or while one takes over from another, both. Nobody else, the system's authorities least of
    /// all.</param>
    /// <param name="roles">Any of these will do.</param>
    public static string? Refusal(X509Certificate? presented, X509Certificate2Collection authorities, params ReadOnlySpan<CertificateRole> roles)
    {
        if (presented is null)
        {
            return "it showed no certificate";
        }

        using var certificate = new X509Certificate2(presented);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            return $"its certificate '{certificate.Subject}' is not good under our authority: "
                + $"{string.Join(", ", chain.ChainStatus.Select(status => status.Status))}";
        }

        foreach (var role in roles)
        {
            if (Has(certificate, role == CertificateRole.Silo ? SiloUsage : ClientUsage))
            {
                return null;
            }
        }

        return $"its certificate '{certificate.Subject}' is not that of a {string.Join(" or ", roles.ToArray()).ToLowerInvariant()}";
    }

    private static bool Has(X509Certificate2 certificate, string usage) =>
        certificate
            .Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == usage));
}
