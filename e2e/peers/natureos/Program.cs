using Hyphae.Peers.Natureos;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

var settings = Settings.Of(args);
var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{settings.Port}");
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton<Store>();
builder.Services.AddSingleton<Connections>();
builder.Services.AddSingleton<HubLifetimeManager<NatureosHub>>(services => services.GetRequiredService<Connections>());
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.WriteIndented = true;
    options.SerializerOptions.MaxDepth = 64;
});
builder.Services.AddSignalR(options =>
{
    options.EnableDetailedErrors = true;
    options.KeepAliveInterval = TimeSpan.FromMilliseconds(settings.KeepAliveMs);
    options.ClientTimeoutInterval = TimeSpan.FromMilliseconds(settings.TimeoutMs);
    if (settings.Stateful) options.StatefulReconnectBufferSize = 100_000;
});
builder.Services.AddCors(options => options.AddDefaultPolicy(policy =>
{
    policy.AllowAnyHeader().AllowAnyMethod();
    if (settings.Cors == "older") policy.AllowAnyOrigin();
    else policy.WithOrigins(settings.Origins).AllowCredentials();
}));

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseCors();

HttpConnectionDispatcherOptions? hubOptions = null;
app.MapHub<NatureosHub>("/natureos-hub", options =>
{
    options.AllowStatefulReconnects = settings.Stateful;
    hubOptions = options;
});
app.MapRest();
app.MapStreams(settings);
app.MapControl(hubOptions ?? throw new InvalidOperationException("the hub was not mapped"));

await app.StartAsync();
var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
// Whoever started it reads where it is, and ends it by closing its input.
Console.WriteLine(address);
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null) { }
    await app.StopAsync();
});
await app.WaitForShutdownAsync();
