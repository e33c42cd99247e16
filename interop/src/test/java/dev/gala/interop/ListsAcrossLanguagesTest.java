package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Lists that one side begins and the other goes on with. */
class ListsAcrossLanguagesTest {
  @RegisterExtension private final Fleet fleet = new Fleet();

  /**
   * Both sides see the same pages and write the same cursors, and each goes on after the other's.
   */
  @Test
  @RiverPoint({79, 80})
  void cursorsOfOneSideAreGoodForTheOther() {
    // Times that are shared by some, and missing for some; a kind with what Base64 writes as - and
    // _.
    fleet
        .tables()
        .execute(
            """
            insert into river_job (args, kind, max_attempts, state, scheduled_at, attempted_at,
              finalized_at)
            select '{}', case n % 3 when 0 then 'kind>>>???' else 'kind·ÿÿ' end, 25,
              s::river_job_state,
              timestamptz '2026-01-01 00:00:00Z' + n / 3 * interval '1.000001 s',
              case when n % 2 = 0 then timestamptz '2026-01-02 00:00:00Z' + n / 4 * interval '1 s' end,
              case when s in ('completed', 'cancelled')
                then timestamptz '2026-01-03 00:00:00Z' + n / 5 * interval '0.1 s' end
            from (select n, (array['available', 'completed', 'running', 'cancelled', 'retryable'])[n % 5 + 1] s
              from generate_series(1, 200) n) jobs
            """);
    Peer go = fleet.start(Language.GO);
    Peer java = fleet.start(Language.JAVA);
    for (String order :
        List.of("id", "scheduled_at", "finalized_at", "time", "time running", "time completed")) {
      for (String direction : List.of("asc", "desc")) {
        listsAlike(go, java, order, direction);
      }
    }
  }

  private void listsAlike(Peer go, Peer java, String order, String direction) {
    var params = new HashMap<String, Object>();
    params.put("order_by", order.split(" ", 2)[0]);
    params.put("direction", direction);
    params.put("limit", 7);
    List<String> states =
        switch (order) {
          case "time running" -> List.of("running", "completed", "available");
          case "time completed" -> List.of("completed", "running");
          default -> List.of();
        };
    params.put("states", states);

    var seen = new ArrayList<Long>();
    boolean goesFirst = true;
    while (true) {
      JsonNode one = go.call("list", params);
      JsonNode other = java.call("list", params);
      assertThat(ids(other)).as(order + " " + direction).isEqualTo(ids(one));
      assertThat(other.path("jobs")).isEqualTo(one.path("jobs"));
      assertThat(other.path("cursor")).isEqualTo(one.path("cursor"));
      if (ids(one).isEmpty()) {
        break;
      }
      seen.addAll(ids(one));
      params.put("after", (goesFirst ? one : other).path("cursor").stringValue());
      goesFirst = !goesFirst;
    }
    assertThat(seen).as(order).doesNotHaveDuplicates().hasSize(expected(order, states));
  }

  private int expected(String order, List<String> states) {
    String condition =
        order.equals("finalized_at")
            ? "finalized_at is not null"
            : states.isEmpty() ? "true" : "state::text in ('" + String.join("','", states) + "')";
    return Integer.parseInt(
        fleet.tables().value("select count(*) from river_job where " + condition));
  }
}
