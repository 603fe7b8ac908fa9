// ASP.NET on a loopback port: `mono bin/host.exe FOLDER` serves the folder's .asmx and prints the port.
// It does what xsp4 does, as many requests at a time as come; Debian's xsp4 does not start on Debian's mono.
using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Web;
using System.Web.Hosting;

public class Host : MarshalByRefObject
{
    public static void Main(string[] arguments)
    {
        var host = (Host)ApplicationHost.CreateApplicationHost(typeof(Host), "/", arguments[0]);
        host.Serve();
    }

    public override object InitializeLifetimeService() { return null; }

    public void Serve()
    {
        var port = FreePort();
        var listener = new HttpListener();
        listener.Prefixes.Add("http://127.0.0.1:" + port + "/");
        listener.Start();
        Console.WriteLine(port);
        Console.Out.Flush();
        while (true) ThreadPool.QueueUserWorkItem(Answer, listener.GetContext());
    }

    private static void Answer(object context)
    {
        HttpRuntime.ProcessRequest(new Request((HttpListenerContext)context));
    }

    private static int FreePort()
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return port;
    }
}

internal class Request : SimpleWorkerRequest
{
    private readonly HttpListenerContext context;
    private readonly byte[] body;

    public Request(HttpListenerContext context)
        : base(context.Request.Url.AbsolutePath.TrimStart('/'), context.Request.Url.Query.TrimStart('?'), null)
    {
        this.context = context;
        var copy = new MemoryStream();
        context.Request.InputStream.CopyTo(copy);
        body = copy.ToArray();
    }

    public override string GetHttpVerbName() { return context.Request.HttpMethod; }
    public override string GetRawUrl() { return context.Request.RawUrl; }
    public override string GetLocalAddress() { return "127.0.0.1"; }
    public override int GetLocalPort() { return context.Request.Url.Port; }
    public override string GetServerName() { return context.Request.Url.Host; }
    public override bool IsEntireEntityBodyIsPreloaded() { return true; }
    public override byte[] GetPreloadedEntityBody() { return body; }

    public override string GetKnownRequestHeader(int index)
    {
        return context.Request.Headers[HttpWorkerRequest.GetKnownRequestHeaderName(index)];
    }

    public override string GetUnknownRequestHeader(string name) { return context.Request.Headers[name]; }

    public override string[][] GetUnknownRequestHeaders()
    {
        var unknown = new List<string[]>();
        foreach (string name in context.Request.Headers)
            if (HttpWorkerRequest.GetKnownRequestHeaderIndex(name) < 0)
                unknown.Add(new[] { name, context.Request.Headers[name] });
        return unknown.ToArray();
    }

    public override void SendStatus(int status, string description) { context.Response.StatusCode = status; }

    public override void SendKnownResponseHeader(int index, string value)
    {
        SendUnknownResponseHeader(HttpWorkerRequest.GetKnownResponseHeaderName(index), value);
    }

    public override void SendUnknownResponseHeader(string name, string value)
    {
        if (name == "Content-Type") context.Response.ContentType = value;
        else if (name != "Content-Length" && name != "Transfer-Encoding") context.Response.AppendHeader(name, value);
    }

    public override void SendResponseFromMemory(byte[] data, int length)
    {
        context.Response.OutputStream.Write(data, 0, length);
    }

    public override void FlushResponse(bool final) { }

    public override void EndOfRequest() { context.Response.Close(); }
}
