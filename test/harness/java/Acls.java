import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

final class Acls {
  private final Admin admin;

  Acls(Admin admin) {
    this.admin = admin;
  }

  /** {grants: [{user, resource: "topic" | "group" | "cluster" | "transactional_id", name, operation}]}; the name "*" means all. */
  Object grant(JsonNode request) throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    for (JsonNode grant : request.get("grants")) {
      ResourceType type = ResourceType.fromString(grant.get("resource").asText());
      AccessControlEntry entry = new AccessControlEntry(
          "User:" + grant.get("user").asText(), "*",
          AclOperation.fromString(grant.get("operation").asText().replaceAll("([a-z])([A-Z])", "$1_$2")),
          AclPermissionType.ALLOW);
      bindings.add(new AclBinding(new ResourcePattern(type, grant.get("name").asText(), PatternType.LITERAL), entry));
    }
    admin.createAcls(bindings).all().get();
    return null;
  }

  /** {user, password}: of SCRAM-SHA-512. */
  Object alterScram(JsonNode request) throws Exception {
    ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
        request.get("user").asText(), info, request.get("password").asText()))).all().get();
    return null;
  }
}
