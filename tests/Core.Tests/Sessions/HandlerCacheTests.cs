using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>How many handlers a session keeps.</summary>
public sealed class HandlerCacheTests
{
    [Fact]
    public void Ever_new_proxies_do_not_make_it_grow_and_what_is_in_use_stays()
    {
        var resolver = new HostResolver();
        var cache = new HandlerCache(new TrustPolicy(new TrustSettings(), NullLogger.Instance), new HostDialer(resolver).ConnectAsync, resolver);
        HttpMessageInvoker direct = cache.Get(ProxyChoice.Direct);
        HttpMessageInvoker first = cache.Get(Choice(0));
        for (int i = 1; i < 500; i++)
        {
            cache.Get(Choice(i));
            Assert.Same(direct, cache.Get(ProxyChoice.Direct));
        }

        Assert.Equal(64, cache.Count);
        Assert.NotSame(first, cache.Get(Choice(0)));
        cache.Close(forGood: true);

        static ProxyChoice Choice(int number) => new(new Uri($"http://proxy{number}.test/"), null);
    }
}
