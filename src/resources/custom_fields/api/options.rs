//! How the operations on the options of a field work.

use http::header::LOCATION;

use super::{existing_field, named_field};
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::page::Paging;
use crate::api::reply::{ApiResult, Reply, header_value};
use crate::api::request::ApiRequest;
use crate::api::url::ResourceUrl;
use crate::base::field_value::FieldOption;
use crate::base::ids::RecordId as _;
use crate::base::schema::{Key, Schema, Shape};
use crate::base::sequence::{GivenOrder, SortedIds};
use crate::resources::account::Account;
use crate::resources::custom_fields::model::CustomField;
use crate::resources::custom_fields::options::{GivenOption, Put};
use crate::resources::custom_fields::rules::InAccount;
use crate::resources::roles::Subject;

pub(super) const ROOT: &str = "custom_field_option";

const MANY: &str = "custom_field_options";

pub(super) fn list<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    let field = field::<O>(account, request)?;
    request.authorize(account, Subject::Account)?;
    let ids = field.options.iter().map(|option| option.id);
    let by_id = SortedIds::new(ids.clone());
    let page = paging.page_of(&GivenOrder(ids.collect()), &by_id)?;
    let options = page.ids.iter().filter_map(|id| field.option(*id));
    let body = JsonObject::new().objects(MANY, options, |object, option| {
        write(object, request, field, option)
    });
    Ok(Reply::page(body, &page))
}

pub(super) fn show<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: u64 = request.path_id(1, "id")?;
    let field = field::<O>(account, request)?;
    let option = field.option(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    Ok(single(request, field, option))
}

pub(super) fn put<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let given: GivenOption = request.root()?.whole()?.unwrap_or_default();
    let id = existing_field::<O>(account, request)?;
    request.authorize(account, Subject::Account)?;
    let put = account.put_option::<O>(id, given)?;
    let field = field::<O>(account, request)?;
    let (Put::Created(option) | Put::Updated(option)) = put;
    let option = field.option(option).ok_or(ApiError::RecordNotFound)?;
    // The list of the options, not the option: "Location: /api/v2/user_fields/{id}/options".
    let location = request
        .url(O::PATH, format_args!("{id}/options"))
        .to_string();
    let reply = single(request, field, option).header(LOCATION, header_value(location));
    Ok(match put {
        Put::Created(_) => reply.of_creation(),
        Put::Updated(_) => reply,
    })
}

pub(super) fn delete<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let option: u64 = request.path_id(1, "id")?;
    let id = existing_field::<O>(account, request)?;
    let field = field::<O>(account, request)?;
    field.option(option).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.delete_option::<O>(id, option)?;
    Ok(Reply::no_content())
}

fn field<'a, O: InAccount>(
    account: &'a Account,
    request: &ApiRequest<'_>,
) -> Result<&'a CustomField<O>, ApiError> {
    let id = named_field::<O>(account, request)?;
    O::fields(account).get(id).ok_or(ApiError::RecordNotFound)
}

fn single<O: InAccount>(
    request: &ApiRequest<'_>,
    field: &CustomField<O>,
    option: &FieldOption,
) -> Reply {
    let body = JsonObject::new().object(ROOT, |object| write(object, request, field, option));
    Reply::json(body)
}

/// Returns the keys that [`write`] writes.
pub(super) fn option_shape() -> Shape {
    Shape::new(
        ROOT,
        ROOT,
        MANY,
        vec![
            Key::new("url", Schema::Url),
            Key::new("id", Schema::Integer),
            Key::new("name", Schema::Text),
            Key::new("raw_name", Schema::Text),
            Key::new("value", Schema::Text),
            Key::new("position", Schema::Integer),
        ],
    )
}

/// Writes an option in the form of these operations, which is longer than that in a field.
fn write<O: InAccount>(
    object: JsonObject,
    request: &ApiRequest<'_>,
    field: &CustomField<O>,
    option: &FieldOption,
) -> JsonObject {
    let url = ResourceUrl {
        base: &request.base,
        below: Some((O::PATH, field.id.number())),
        resource: "options",
        id: option.id,
    };
    let position = field.options.iter().position(|other| other.id == option.id);
    object
        .field("url", &url)
        .field("id", &option.id)
        .field("name", &option.name)
        .field("raw_name", &option.name)
        .field("value", &option.value)
        .field("position", &position)
}
