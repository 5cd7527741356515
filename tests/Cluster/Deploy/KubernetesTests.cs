using Microsoft.Extensions.Configuration;
using Seal.Cluster.Settings;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Deploy;

/// <summary>What can be said of the manifests without a Kubernetes: their shape, that what refers to something finds it, and that silos would start
/// on what they are given.</summary>
public sealed class KubernetesTests
{
    // What the API server takes at these places; a misspelt field is refused or, worse, ignored.
    private static readonly Dictionary<string, (string Api, string[] Spec)> Kinds = new(StringComparer.Ordinal)
    {
        ["Namespace"] = ("v1", []),
        ["ConfigMap"] = ("v1", []),
        ["Service"] = ("v1", ["clusterIP", "publishNotReadyAddresses", "selector", "ports"]),
        ["Deployment"] = ("apps/v1", ["replicas", "strategy", "selector", "template"]),
        ["PodDisruptionBudget"] = ("policy/v1", ["minAvailable", "maxUnavailable", "selector"]),
        ["NetworkPolicy"] = ("networking.k8s.io/v1", ["podSelector", "policyTypes", "ingress", "egress"]),
    };

    private static readonly string[] PodFields =
    [
        "terminationGracePeriodSeconds",
        "automountServiceAccountToken",
        "securityContext",
        "topologySpreadConstraints",
        "containers",
        "volumes",
        "nodeSelector",
        "tolerations",
    ];

    private static readonly string[] ContainerFields =
    [
        "name",
        "image",
        "args",
        "envFrom",
        "env",
        "ports",
        "resources",
        "startupProbe",
        "readinessProbe",
        "livenessProbe",
        "securityContext",
        "volumeMounts",
    ];

    private readonly IReadOnlyList<object> _documents = Yaml.Documents(
        File.ReadAllText(Path.Combine(Repository.Root, "deploy", "kubernetes", "seal.yaml"))
    );

    [Fact]
    public void Manifests_EveryObject_IsOfAKnownKindWithKnownFieldsAndAName()
    {
        Assert.Equal(
            Kinds.Keys.Order(StringComparer.Ordinal),
            _documents.Select(document => document.Text("kind")!).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(
            _documents,
            document =>
            {
                var (api, fields) = Kinds[document.Text("kind")!];
                Assert.Equal(api, document.Text("apiVersion"));
                Assert.Matches("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", document.Text("metadata.name"));
                Assert.Subset(fields.ToHashSet(), document.Map("spec").Keys.ToHashSet());
            }
        );
        Assert.All(
            Deployments(),
            deployment =>
            {
                Assert.Subset(PodFields.ToHashSet(), deployment.Map("spec.template.spec").Keys.ToHashSet());
                Assert.All(
                    deployment.Items("spec.template.spec.containers"),
                    container => Assert.Subset(ContainerFields.ToHashSet(), Keys(container))
                );
            }
        );
    }

    [Fact]
    public void Selectors_OfEveryObject_FindPods()
    {
        var pods = Deployments().Select(deployment => deployment.Map("spec.template.metadata.labels")).ToArray();
        foreach (var path in new[] { "spec.selector", "spec.selector.matchLabels", "spec.podSelector.matchLabels" })
        {
            foreach (
                var labels in _documents
                    .Select(document => document.Map(path))
                    .Where(labels => labels.Count > 0 && labels.Values.All(value => value is string))
            )
            {
                Assert.Contains(pods, pod => labels.All(label => Equals(pod.GetValueOrDefault(label.Key), label.Value)));
            }
        }
    }

    [Fact]
    public void Volumes_AndPorts_ThatAreUsed_AreThere()
    {
        foreach (var deployment in Deployments())
        {
            var volumes = deployment.Items("spec.template.spec.volumes").Select(volume => volume.Text("name")).ToHashSet();
            Assert.All(Silo(deployment).Items("volumeMounts"), mount => Assert.Contains(mount.Text("name"), volumes));
        }

        var ports = Deployments()
            .SelectMany(deployment => Silo(deployment).Items("ports"))
            .ToLookup(port => port.Text("name"), port => port.Text("containerPort"));
        Assert.All(
            _documents.Where(document => document.Text("kind") == "Service").SelectMany(service => service.Items("spec.ports")),
            port => Assert.Contains(port.Text("port"), ports[port.Text("targetPort")])
        );
    }

    [Fact]
    public void Ports_OfContainersAndPolicies_AreThoseThatSilosOpen()
    {
        using var folder = new TemporaryFolder();
        foreach (var deployment in Deployments())
        {
            var settings = Settings(deployment, folder).Silo;
            var opened = Silo(deployment)
                .Items("ports")
                .ToDictionary(port => port.Text("name")!, port => port.Text("containerPort"), StringComparer.Ordinal);
            Assert.Equal($"{settings.SiloPort}", opened["silo"]);
            // Only control silos talk to clients.
            Assert.Equal(settings.Role == "trainer" ? null : $"{settings.GatewayPort}", opened.GetValueOrDefault("gateway"));
            // Probes ask on loopback, under the port that is asked when none is named.
            Assert.Equal(("127.0.0.1", 8081), (settings.WebAddress, settings.WebPort));
            Assert.All(
                new[] { "startup", "readiness", "liveness" },
                probe => Assert.Equal("/app/seal-silo", Silo(deployment).Text($"{probe}Probe.exec.command.0"))
            );

            var pod = deployment.Map("spec.template.metadata.labels");
            var reached = _documents
                .Where(document =>
                    document.Text("kind") == "NetworkPolicy"
                    && document.Map("spec.podSelector.matchLabels").All(label => Equals(pod.GetValueOrDefault(label.Key), label.Value))
                )
                .SelectMany(policy => policy.Items("spec.ingress"))
                .SelectMany(rule => rule.Items("ports"))
                .Select(port => port.Text("port"));
            Assert.Equal(opened.Values.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Settings_OfEveryDeployment_AreTakenBySilos()
    {
        using var folder = new TemporaryFolder();
        foreach (var deployment in Deployments())
        {
            var settings = Settings(deployment, folder);
            // What is left of the grace when the running jobs are handed back: time to leave.
            Assert.True(
                int.Parse(deployment.Text("spec.template.spec.terminationGracePeriodSeconds")!, System.Globalization.CultureInfo.InvariantCulture)
                    >= settings.Work.DrainTime.TotalSeconds + 15
            );
            // Kubernetes can tell only a number from root.
            Assert.True(int.TryParse(deployment.Text("spec.template.spec.securityContext.runAsUser"), out var user) && user > 0);
        }
    }

    /// <summary>What a deployment's silo would be told.</summary>
    private SealSettings Settings(object deployment, TemporaryFolder folder)
    {
        var map = _documents.Single(document => document.Text("kind") == "ConfigMap").Map("data");
        var silo = Silo(deployment);
        var given = map.ToDictionary(entry => entry.Key, entry => entry.Value!.ToString()!, StringComparer.Ordinal);
        foreach (var variable in silo.Items("env"))
        {
            // What comes from the pod: an address and a name.
            given[variable.Text("name")!] =
                variable.Text("value") ?? (variable.Text("valueFrom.fieldRef.fieldPath") == "status.podIP" ? "10.1.2.3" : "seal-control-0");
        }

        // From the secret that the file's head tells to make.
        given["SEAL__CLUSTER__REDIS"] = "redis:6379";
        given["SEAL__STORE__BLOB__CONNECTIONSTRING"] = "UseDevelopmentStorage=true";
        foreach (var file in given.Where(entry => entry.Value.StartsWith("/tls/", StringComparison.Ordinal)).ToArray())
        {
            given[file.Key] = folder.Write(Path.GetFileName(file.Value), "");
        }

        var arguments = silo.Items("args").Select(word => word.ToString()!).ToArray();
        Assert.Equal("--role", arguments[0]);
        given["SEAL__SILO__ROLE"] = arguments[1];
        return SettingsChecks.ForSilo(Bind(given));
    }

    private static SealSettings Bind(Dictionary<string, string> environment) =>
        SettingsReader.Bind(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    environment.Select(entry => new KeyValuePair<string, string?>(
                        entry.Key["SEAL__".Length..].Replace("__", ":", StringComparison.Ordinal),
                        entry.Value
                    ))
                )
                .Build()
        );

    private static HashSet<string> Keys(object node) => [.. ((IDictionary<object, object>)node).Keys.Select(key => key.ToString()!)];

    private IEnumerable<object> Deployments() => _documents.Where(document => document.Text("kind") == "Deployment");

    private static object Silo(object deployment) => deployment.At("spec.template.spec.containers.0")!;
}
