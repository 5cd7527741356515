using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Seal.Cluster.Hosting;

/// <summary>How members reach the Redis with the membership table.</summary>
public static class RedisMembership
{
    public static void Configure(RedisClusteringOptions options, string redis)
    {
        options.ConfigurationOptions = ConfigurationOptions.Parse(redis);

        // A Redis that restarts is waited for; the cluster goes on with what it knows.
        options.ConfigurationOptions.AbortOnConnectFail = false;
        options.ConfigurationOptions.ConnectRetry = 5;
    }
}
