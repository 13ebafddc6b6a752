using Runnel.TestKit;

[assembly: AssemblyFixture(typeof(RedisFixture))]
