import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;

/**
 * Kafka's own clients on a leash: reads {"id", "op", …} lines, answers {"id", "result"} or {"id", "error": {type,
 * message}} lines, in the order in which the work ends. Ends with its input.
 * Arguments: bootstrap servers, a directory for state.
 */
public final class Lab {
  static final ObjectMapper JSON = new ObjectMapper();

  interface Operation {
    Object run(JsonNode request) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    // Whatever a library prints must not end up between the answers.
    System.setOut(System.err);
    Properties common = new Properties();
    common.put("bootstrap.servers", arguments[0]);
    Properties forAdmin = new Properties();
    forAdmin.putAll(common);
    forAdmin.put("request.timeout.ms", "10000");
    forAdmin.put("default.api.timeout.ms", "180000");

    ExecutorService workers = Executors.newCachedThreadPool(Lab::daemon);
    Admin admin = Admin.create(forAdmin);
    Records records = new Records(common);
    Topics topics = new Topics(admin);
    Groups groups = new Groups(admin);
    Members members = new Members(common, admin, Path.of(arguments[1]));
    Oracle oracle = new Oracle(admin);
    Acls acls = new Acls(admin);
    Times times = new Times(common);
    Contents contents = new Contents(common);
    Map<String, Operation> operations = Map.ofEntries(
        Map.entry("createTopics", topics::create),
        Map.entry("deleteTopics", topics::delete),
        Map.entry("configure", topics::configure),
        Map.entry("deleteRecords", topics::deleteRecords),
        Map.entry("producers", topics::producers),
        Map.entry("produce", records::produce),
        Map.entry("transaction", records::transaction),
        Map.entry("commitOffsets", groups::commit),
        Map.entry("deleteGroups", groups::delete),
        Map.entry("join", members::join),
        Map.entry("steer", members::steer),
        Map.entry("leave", members::leave),
        Map.entry("commitLog", request -> CommitLog.drain()),
        Map.entry("contents", contents::read),
        Map.entry("grant", acls::grant),
        Map.entry("alterScram", acls::alterScram),
        Map.entry("timestamps", times::read),
        Map.entry("oracle", oracle::read));

    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = requests.readLine()) != null; ) {
      JsonNode request = JSON.readTree(line);
      workers.execute(() -> answer(answers, operations, request));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void answer(PrintStream answers, Map<String, Operation> operations, JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    answer.set("id", request.get("id"));
    try {
      Operation operation = operations.get(request.get("op").asText());
      if (operation == null) throw new IllegalArgumentException("no such operation: " + request.get("op"));
      answer.set("result", JSON.valueToTree(operation.run(request)));
    } catch (Throwable thrown) {
      Throwable cause = thrown;
      while ((cause instanceof ExecutionException || cause instanceof CompletionException) && cause.getCause() != null) {
        cause = cause.getCause();
      }
      ObjectNode error = answer.putObject("error");
      error.put("type", cause.getClass().getSimpleName());
      error.put("message", String.valueOf(cause.getMessage()));
    }
    synchronized (answers) {
      answers.println(answer);
      answers.flush();
    }
  }

  static Thread daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }
}
