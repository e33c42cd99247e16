package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      nullValues = "-",
      value = {
        "postgres://u@h/d h:5432/d user=u",
        "postgresql://u:p@h:6543/d h:6543/d user=u;password=p",
        "postgres://h localhost -",
        "postgres:// localhost:5432/ -",
        "postgres://u@h h:5432/u user=u",
        "postgres://u@h/ h:5432/u user=u",
        "postgres://u%40x:p%3A%2F%40%25+%C3%BC@h/d%20e h:5432/d+e user=u@x;password=p:/@%+ü",
        "postgres://u:a@b:c@h/d h:5432/d user=u;password=a@b:c",
        "postgres://u:@h/d h:5432/d user=u;password=",
        "postgres://a:1,b,c:3/d a:1,b:5432,c:3/d -",
        "postgres://[::1]:6543,[fe80::1]/d [::1]:6543,[fe80::1]:5432/d -",
        "postgres://h/d? h:5432/d -",
        "postgres:///d?host=x&port=7&user=u&password=p x:7/d user=u;password=p",
        "postgres:///?host=x,y&port=7&dbname=d x:7,y:7/d -",
        "postgres:///d?host=::1 [::1]:5432/d -",
        "postgres://h/d?sslmode=require&channel_binding=require h:5432/d"
            + " sslmode=require;channelBinding=require",
        "postgres://h/d?application_name=my%20app&connect_timeout=3 h:5432/d"
            + " ApplicationName=my_app;connectTimeout=3",
        "postgres://h/d?options=-c%20search_path%3Da%2Cb h:5432/d options=-c_search_path=a,b",
        "postgres://h/d?search_path=a,b h:5432/d currentSchema=a,b",
        "postgres://h/d?fallback_application_name=f h:5432/d ApplicationName=f",
        "postgres://h/d?application_name=a&fallback_application_name=f h:5432/d ApplicationName=a",
        "postgres://h/d?target_session_attrs=read-write h:5432/d targetServerType=primary",
        "postgres://h/d?target_session_attrs=prefer-standby h:5432/d"
            + " targetServerType=preferSecondary",
        "postgres://h/d?load_balance_hosts=random&keepalives=0 h:5432/d"
            + " loadBalanceHosts=true;tcpKeepAlive=false",
        "postgres://h/d?client_encoding=UTF8 h:5432/d -",
      })
  void readsLibpqUrls(String url, String address, String properties) {
    DatabaseUrl read = DatabaseUrl.parse(url);

    String expected = address.equals("localhost") ? url.substring(11) + ":5432/" : address;
    assertThat(read.jdbcUrl()).isEqualTo("jdbc:postgresql://" + expected);
    assertThat(read.properties()).isEqualTo(map(properties));
    assertThat(DatabaseUrl.accepts(url)).isTrue();
  }

  /** {@code a=1;b=2}, with underscores for spaces. */
  private static Map<String, String> map(String text) {
    if (text == null) {
      return Map.of();
    }
    return Arrays.stream(text.split(";"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> pair[1].replace("my_app", "my app").replace("-c_", "-c "),
                (a, b) -> a,
                TreeMap::new));
  }

  @Test
  void saysWhereWithoutThePassword() {
    assertThat(DatabaseUrl.parse("postgres://u:secret@h:1,i/d"))
        .hasToString("host \"h,i\", port 1,5432, database \"d\"");
    assertThat(DatabaseUrl.parse("jdbc:postgresql://h:1/d?user=u&password=secret"))
        .hasToString("host \"h\", port 1, database \"d\"");
  }

  @Test
  void passesJdbcUrlsThrough() {
    String url = "jdbc:postgresql://h:1/d?user=u&password=p&prepareThreshold=0";

    assertThat(DatabaseUrl.parse(url).jdbcUrl()).isEqualTo(url);
    assertThat(DatabaseUrl.parse("jdbc:postgresql:d").location())
        .isEqualTo("host \"localhost\", port 5432, database \"d\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://h:0/d|has as port of host \"h\" something else than 1 to 65535",
        "postgres://h:65536/d|has as port of host \"h\" something else than 1 to 65535",
        "postgres://u:secret/d|has as port of host \"u\" something else than 1 to 65535",
        "postgres://u:se/cret@h/d|has an @ after the first / or ?",
        "postgres://u:se?cret@h/d|has an @ after the first / or ?",
        "postgres://u:p@se?cret@h/d|has an @ after the first / or ?",
        "postgres://u:se%zz@h/d|has in its password a % without two hex digits",
        "postgres://u:se%4@h/d|has in its password a % without two hex digits",
        "postgres://u:se%00@h/d|has in its password a % without two hex digits",
        "postgres://u:secret@h h/d|has a host with characters no host name has",
        "postgres://u@%2Fvar%2Frun/d|names a Unix socket as its host",
        "postgres:///d?host=/tmp|names a Unix socket as its host",
        "postgres://h/d?secret|has a parameter that is not NAME=VALUE",
        "postgres://h/d?=x|has a parameter that is not NAME=VALUE",
        "postgres://h/d?pool_max_conns=3|has the parameter \"pool_max_conns\"",
        "postgres://h/d?target_session_attrs=x|has target_session_attrs=x: give one of [any,",
        "postgres://h/d?sslmode=x|has sslmode=x: give one of [allow, disable,",
        "postgres://h/d?connect_timeout=1s|has connect_timeout=1s: give whole seconds",
        "postgres://a,b/d?port=1,2,3|has 3 ports for 2 hosts",
        "jdbc:postgresql://h:secret/d|cannot be read: write",
        "jdbc:postgresql://u:secret@h/d|has an @ before its parameters: write",
      })
  void refusesWhatItCannotRead(String url, String words) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url))
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE_URL_INVALID))
        .hasMessageContaining(words)
        .message()
        .doesNotContain("secret", "se/cret", "se?cret", "se%");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://h/d", "jdbc:mysql://h/d", "POSTGRES://h", "host=h", ""})
  void leavesOthersToOthers(String url) {
    assertThat(DatabaseUrl.accepts(url)).isFalse();
  }
}
