package io.slipway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A real browser without a window, driven over its DevTools protocol. */
public final class Chromium implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What its console, its log and uncaught exceptions said of errors and warnings. */
    public final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
    private int lastId;

    /** @param profile a directory for its files, which it may fill */
    public Chromium(Path profile) throws Exception {
        this.profile = profile;
        List<String> command = new ArrayList<>(List.of("chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
            "--user-data-dir=" + profile, "about:blank"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(profile.resolve("said").toFile());
        Files.createDirectories(profile);
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("TMPDIR", profile.toString());
        builder.environment().put("XDG_RUNTIME_DIR", profile.toString());
        process = builder.start();
        try {
            socket = connect();
            for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
                send(domain + ".enable");
            }
        } catch (Exception | Error failed) {
            close(process);
            throw failed;
        }
    }

    private WebSocket connect() throws Exception {
        Path port = profile.resolve("DevToolsActivePort");
        Await.until("chromium; it said " + profile.resolve("said"), 120, () -> Files.readAllLines(port).size() > 1);
        String address = "127.0.0.1:" + Files.readAllLines(port).get(0);
        HttpClient client = HttpClient.newHttpClient();
        String[] found = new String[1];
        Await.until("its page", 60, () -> {
            JsonNode targets = MAPPER.readTree(client.send(HttpRequest.newBuilder(URI.create("http://" + address
                + "/json/list")).build(), HttpResponse.BodyHandlers.ofString()).body());
            for (JsonNode target : targets) {
                if (target.get("type").asText().equals("page")) {
                    found[0] = target.get("webSocketDebuggerUrl").asText();
                }
            }
            return found[0] != null;
        });
        return client.newWebSocketBuilder().buildAsync(URI.create(found[0]), new Listener()).get(60,
            TimeUnit.SECONDS);
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                try {
                    heard(MAPPER.readTree(whole));
                } catch (IOException malformed) {
                    complaints.add("malformed: " + whole);
                }
            }
            from.request(1);
            return null;
        }
    }

    private void heard(JsonNode message) {
        if (message.has("id")) {
            awaited.remove(message.get("id").asInt()).complete(message);
            return;
        }
        JsonNode params = message.get("params");
        switch (message.get("method").asText()) {
            case "Runtime.exceptionThrown" -> complaints.add(params.at("/exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (!params.get("type").asText().equals("log")) {
                    complaints.add(params.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (!params.at("/entry/level").asText().equals("info")) {
                    complaints.add(params.at("/entry").toString());
                }
            }
            default -> { }
        }
    }

    /** Sends a command of the protocol; the parameters are names and values in turn. */
    public JsonNode send(String method, Object... parameters) throws Exception {
        ObjectNode message = MAPPER.createObjectNode();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        int id = ++lastId;
        awaited.put(id, answer);
        message.put("id", id).put("method", method);
        ObjectNode params = message.putObject("params");
        for (int i = 0; i < parameters.length; i += 2) {
            params.set((String) parameters[i], MAPPER.valueToTree(parameters[i + 1]));
        }
        socket.sendText(message.toString(), true).get(60, TimeUnit.SECONDS);
        JsonNode got = answer.get(60, TimeUnit.SECONDS);
        if (got.has("error")) {
            throw new AssertionError(method + ": " + got.get("error"));
        }
        return got.get("result");
    }

    /** The size of its window in CSS pixels. */
    public void size(int width, int height, boolean mobile) throws Exception {
        send("Emulation.setDeviceMetricsOverride", "width", width, "height", height, "deviceScaleFactor", 1, "mobile",
            mobile);
    }

    /** Whether it prefers dark colours. */
    public void dark(boolean dark) throws Exception {
        send("Emulation.setEmulatedMedia", "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")));
    }

    /** Opens a page. */
    public void open(String url) throws Exception {
        send("Page.navigate", "url", url);
    }

    /** The value of an expression in the page. */
    public JsonNode eval(String expression) throws Exception {
        JsonNode result = send("Runtime.evaluate", "expression", expression, "returnByValue", true,
            "awaitPromise", true);
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Waits until an expression in the page is true. */
    public void awaitTrue(String expression) {
        Await.until(expression, 60, () -> eval("!!(" + expression + ")").asBoolean());
    }

    /** Presses a key that is no letter: {@code Tab}, {@code Enter}, {@code Space}. */
    public void press(String key) throws Exception {
        int code = key.equals("Tab") ? 9 : key.equals("Enter") ? 13 : 32;
        String text = key.equals("Tab") ? "" : key.equals("Enter") ? "\r" : " ";
        send("Input.dispatchKeyEvent", "type", "keyDown", "key", key.equals("Space") ? " " : key, "code", key,
            "windowsVirtualKeyCode", code, "text", text);
        send("Input.dispatchKeyEvent", "type", "keyUp", "key", key.equals("Space") ? " " : key, "code", key,
            "windowsVirtualKeyCode", code);
    }

    /** Types into what has the focus. */
    public void type(String text) throws Exception {
        send("Input.insertText", "text", text);
    }

    /** The page as a picture. */
    public void picture(Path file) throws Exception {
        Files.write(file, Base64.getDecoder().decode(send("Page.captureScreenshot", "captureBeyondViewport", true)
            .get("data").asText()));
    }

    private static void close(Process browser) {
        List<ProcessHandle> all = new ArrayList<>(browser.descendants().toList());
        browser.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        Await.until("the browser's end", 60, () -> !browser.isAlive()
            && all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public void close() {
        socket.abort();
        close(process);
    }
}
